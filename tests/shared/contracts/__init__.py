"""What facts promise: that every one ever published can be read for ever."""
