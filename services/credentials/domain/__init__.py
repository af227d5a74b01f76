"""One module per aggregate or per part of one: values, states, refusals, decisions, evolution. Pure."""
