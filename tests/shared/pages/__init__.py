"""The kit of pages: languages, names, rendering."""
