"""Pictures of badges: drawn from names, or uploaded and made safe."""
