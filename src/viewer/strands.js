// strands
