"""What a proposal can be, and who moves it on."""
