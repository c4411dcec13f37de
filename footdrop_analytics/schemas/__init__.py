"""Pandera schemas of the input and result tables, and what is generated from them."""
