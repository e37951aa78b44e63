"""Memories on a few themes that are far from each other, for maps."""

THEMES = {
    "pottery": (
        "Ada throws pottery bowls on a wheel every Tuesday",
        "The pottery kiln reaches 1,200 degrees before the glaze melts",
        "Her favourite glaze for pottery is a celadon green",
        "She sells pottery mugs and clay plates at the spring market",
        "Clay for pottery is kept wet under a cloth in the studio",
        "The pottery studio is closed during the summer holidays",
        "A pottery vase cracked because the clay dried too fast",
    ),
    "cycling": (
        "Ada rides a gravel bicycle to the office when it is dry",
        "Her bicycle needs a new chain and new brake pads",
        "She plans a bicycle tour along the Danube to Vienna",
        "The bicycle tyres are 40 mm wide and run at 3 bar",
        "Cycling over the Alps with a loaded bicycle took six days",
        "Her bicycle helmet and lights are in the hall cupboard",
        "The bicycle mechanic on Mill Street repairs gears at once",
    ),
    "database": (
        "The database server runs PostgreSQL on port 5433",
        "A nightly backup of the database goes to the second disk",
        "Slow database queries are logged above 200 milliseconds",
        "The database schema is migrated before each release",
        "An index on the orders table made the database query fast",
        "Read replicas of the database lag by two seconds at most",
        "Database passwords live in the vault and never in the code",
    ),
    "cooking": (
        "Ada bakes sourdough bread with rye flour on Sundays",
        "Her soup recipe has lentils, cumin and lemon juice",
        "She cooks pasta sauce with roasted tomatoes and basil",
        "The bread dough rests in the fridge over night",
        "Mushroom risotto recipe: stir, add broth, then butter and cheese",
        "She does not eat nuts, so the cake recipe uses oats",
        "Onions for the soup are fried slowly in butter",
    ),
}
TEXTS = tuple(text for texts in THEMES.values() for text in texts)
