// commitments
