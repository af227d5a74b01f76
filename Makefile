# Thin aliases; ./dev --help says more.
.PHONY: up down cases test fresh history bench

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

history:
	./dev history --events 100000

bench:
	./dev bench store
