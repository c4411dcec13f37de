"""A log of another kind, from the file that is dropped on the page to the caseload of the study that it is saved in."""
