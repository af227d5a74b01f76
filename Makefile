# Thin aliases; ./dev --help says more.
.PHONY: up down cases test fresh

up:
	./dev up

down:
	./dev down

cases:
	./dev cases

test:
	./dev test

fresh:
	./dev up --fresh
