"""What a clinician should look at first: review flags, a module for each kind."""
