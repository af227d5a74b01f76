"""One module per aggregate: values, states, refusals, decisions, evolution. Pure."""
