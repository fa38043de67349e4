"""For plugin authors: contracts that an env, codec, dataset or strategy must keep, and a toy env to test against."""
