"""What every service stands on: words, store, messages, web. It knows no service."""
