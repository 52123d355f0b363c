"""LTI 1.3: what a platform and we are to each other, the state of a launch, and what a launch says."""
