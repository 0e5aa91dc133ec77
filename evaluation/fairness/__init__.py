"""Who gets leads, who does not, and whether that is the supply, the constraints, missing
information or the ranker; twins; and what an embedding gives away."""
