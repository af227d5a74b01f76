"""The authorization matrix: what each role may do, at one's own partner, at another, from another community.

- `matrix.txt` declares it, a line for each route;
- `declared` reads it, and walks the built apps for what there is;
- `world` sets up two communities with everything the routes need;
- `requests` holds a well-formed request for each route, so that authority is what decides;
- `asking` sends them, and names what was answered by the letters of the matrix.
"""
