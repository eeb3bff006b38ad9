// words-strands
