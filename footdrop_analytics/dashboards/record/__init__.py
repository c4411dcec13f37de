"""Recording where one looks: forms beside flags and exercises, the place that keeps what they say, and who may."""
