"""What is: any selection counted over its base, the ladder of bases, the cascade, and methods to compare places."""
