// compression
