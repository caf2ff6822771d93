"""What is told: papers, their parameters, runs and documents."""
