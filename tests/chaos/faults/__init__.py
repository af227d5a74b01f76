"""One module per fault: what is done, how often, and the control in which it must do damage."""
