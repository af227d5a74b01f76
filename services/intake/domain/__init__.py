"""Pure: what a proposal can be (`proposal`), and who moves it on (`proposing` its makers, `deciding` everyone else)."""
