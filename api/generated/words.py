"""Names that made-up people, places, customers and products are given."""

# ruff: noqa: SIM905, RUF005 - lists of words are easier on the eyes as text

GIVEN = tuple(
    "Ada Adèle Aisha Alejandro Alice Amara Anders André Anika Antonio Ayumi Beatriz Benjamin Björn "
    "Camille Carlos Caroline Chen Chiara Chloé Clara Daniel David Deepak Diego Elena Elif Emil Emma "
    "Erik Esra Fatima Felix Fernando Fiona François Freya Gabriel Georg Grace Hana Hanna Hassan "
    "Helena Henrik Hiro Hugo Ibrahim Ines Ingrid Isabel Ivan Jakob James Jana João Johanna Jonas José "
    "Julia Jürgen Kai Karin Kateřina Keiko Khalid Kofi Lars Laura Leila Leon Léa Lina Linus Lucía "
    "Luis Maja Malik Marco Maria Markus Martín Maya Mei Mia Michael Mina Moritz Nadia Naomi Nia Niklas "
    "Noah Nora Olga Oliver Omar Oscar Paolo Patricia Paul Petra Priya Rafael Rania Raúl Renée Rosa "
    "Ruth Samir Sara Sebastián Sergio Simone Sofia Sönke Stella Sven Tariq Teresa Thandi Thomas Tomás "
    "Ulrike Valentina Vera Victor Viktória Wei Yara Yusuf Zara Zoë".split()
)
FAMILY = tuple(
    "Abebe Ahmed Almeida Andersson Bauer Becker Bello Berg Bianchi Blanc Brown Castillo Chen Cohen "
    "Costa Cruz Dahl Davies Diallo Díaz Dubois Eriksen Evans Fernández Ferrari Fischer Fontaine Fuchs "
    "García Gonçalves Gómez Gruber Gupta Haddad Hansen Hartmann Hassan Hoffmann Horváth Huber Ibáñez "
    "Ivanova Jansen Jensen Johansson Jones Kaiser Kamara Kaya Keller Khan Kim Klein Koch Kovács Krause "
    "Kumar Lang Laurent Lee Lehmann Leroy Lindqvist López Maier Marino Martin Mbeki Meier Mendes Meyer "
    "Mitchell Moreau Morgan Müller Nakamura Ndiaye Neumann Nguyen Nilsson Novák Nowak Okafor Okonkwo "
    "Olsen Ortega Park Patel Pereira Petrov Popescu Ramírez Reyes Ricci Rivera Roberts Rossi Ruiz Saito "
    "Santos Sato Schmidt Schneider Schröder Silva Singh Smith Sousa Suzuki Svensson Tanaka Taylor "
    "Thompson Torres Tremblay Turner Vargas Vogel Wagner Walker Wang Weber Williams Winkler Wolf Wright "
    "Yamamoto Yıldız Zhang Zimmermann".split()
)

WORLD = "World"
# Regions with their areas, and the places where their customers are.
REGIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "North America",
        ("Northeast", "Mid-Atlantic", "Southeast", "Midwest", "Gulf Coast", "Southwest")
        + ("Pacific Northwest", "Eastern Canada", "Western Canada"),
    ),
    (
        "Central Europe",
        ("Bavaria", "Rhineland", "Northern Germany", "Saxony", "Austria", "Switzerland")
        + ("Czechia", "Poland", "Hungary"),
    ),
    (
        "Asia",
        ("Kantō", "Kansai", "South Korea", "Taiwan", "Singapore", "Thailand", "Vietnam")
        + ("Northern India", "Southern India"),
    ),
    (
        "Western Europe",
        ("Southern England", "Northern England", "Scotland", "Ireland", "Île-de-France")
        + ("Rhône-Alpes", "Belgium", "Netherlands", "Luxembourg"),
    ),
    (
        "Latin America",
        ("São Paulo", "Rio de Janeiro", "Northern Mexico", "Mexico City", "Colombia", "Chile")
        + ("Peru", "Buenos Aires", "Central America"),
    ),
    (
        "Southern Europe",
        ("Lombardy", "Lazio", "Catalonia", "Madrid", "Andalusia", "Portugal", "Greece")
        + ("Slovenia", "Croatia"),
    ),
    (
        "Nordics",
        ("Svealand", "Götaland", "Norway", "Zealand", "Jutland", "Finland", "Iceland")
        + ("Estonia", "Latvia"),
    ),
    (
        "Middle East and Africa",
        ("Gulf States", "Levant", "Türkiye", "Egypt", "Morocco", "Nigeria", "Kenya", "Gauteng")
        + ("Western Cape",),
    ),
    (
        "Pacific",
        ("New South Wales", "Victoria", "Queensland", "Western Australia", "South Australia")
        + ("North Island", "South Island", "Philippines", "Indonesia"),
    ),
)
CITIES = (
    ("Boston", "US"), ("Chicago", "US"), ("Denver", "US"), ("Seattle", "US"), ("Atlanta", "US"),
    ("Toronto", "CA"), ("Vancouver", "CA"), ("Monterrey", "MX"), ("São Paulo", "BR"),
    ("Santiago", "CL"), ("Bogotá", "CO"), ("London", "GB"), ("Leeds", "GB"), ("Dublin", "IE"),
    ("Lyon", "FR"), ("Lille", "FR"), ("Antwerp", "BE"), ("Utrecht", "NL"), ("Hamburg", "DE"),
    ("Munich", "DE"), ("Leipzig", "DE"), ("Vienna", "AT"), ("Zürich", "CH"), ("Brno", "CZ"),
    ("Kraków", "PL"), ("Milan", "IT"), ("Barcelona", "ES"), ("Porto", "PT"), ("Göteborg", "SE"),
    ("Aarhus", "DK"), ("Tampere", "FI"), ("İzmir", "TR"), ("Nairobi", "KE"), ("Lagos", "NG"),
    ("Pune", "IN"), ("Chennai", "IN"), ("Ōsaka", "JP"), ("Busan", "KR"), ("Singapore", "SG"),
    ("Sydney", "AU"),
)  # fmt: skip

TRADES = tuple(
    "Aerospace Agriculture Bakeries Biotech Breweries Ceramics Chemicals Clinics Construction Dairies "
    "Diagnostics Electronics Energy Foods Foundry Freight Glass Hospital Instruments Laboratories "
    "Logistics Marine Materials Metals Mills Motors Optics Packaging Paper Pharma Plastics Polymers "
    "Precision Printing Rail Robotics Semiconductors Shipyards Steel Textiles Tools Utilities "
    "Water Works".split()
)
FORMS = ("AG", "and Sons", "BV", "Group", "GmbH", "Holding", "Inc.", "Ltd", "Partners", "SA", "SpA")
ACCOUNT_KINDS = ("Enterprise", "Mid-market", "Small business", "Public sector", "Reseller")

# Categories with their products; the number is what one of them costs to make, in the middle.
CATALOGUE: tuple[tuple[str, tuple[tuple[str, int], ...]], ...] = (
    ("Analysers", (("Gas Analyser", 2400), ("Water Analyser", 1500), ("Spectrometer", 5200))),
    ("Sensors", (("Pressure Sensor", 60), ("Flow Meter", 240), ("Level Probe", 110))),
    ("Control", (("Controller", 420), ("Gateway", 180), ("Operator Panel", 310))),
    ("Consumables", (("Calibration Kit", 35), ("Filter Set", 18), ("Reagent Pack", 26))),
    ("Services", (("Calibration", 95), ("Maintenance Contract", 380), ("Training Day", 450))),
)
SERIES = ("A", "B", "Compact", "Duo", "Eco", "Field", "Lab", "Max", "Mini", "Plus", "Pro", "S", "X")

CHECK_IN_NOTES = {
    "on_track": (
        "On pace; two renewals signed this week.",
        "Good week, pipeline covers the rest.",
        "",
        "Größter Auftrag des Quartals ist unterschrieben.",
    ),
    "at_risk": (
        'Waiting for the purchase order from "Phase 2".',
        "Behind by a little; demos booked for next week.",
        "",
    ),
    "off_track": (
        "Customer moved the budget to next quarter.",
        "Two deals lost on price, talking to product.",
        "",
    ),
}
RETURNED_BECAUSE = (
    "Please add the two renewals in June.",
    "Too cautious: last year's quarter was higher.",
    "The territory was split, take only your half.",
)
