"""The first page where no study was named: open one, look at the demo, take a template, or import a log."""
