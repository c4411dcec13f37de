"""Many patients together: how adherence and persistence are spread, where they are on the ladder, how logs are kept."""
