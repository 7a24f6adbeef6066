"""Lists of other tools: which column means what, whose rows they are, what each row would do."""
