"""The footnotes of the report as printed: section, then address (none where it is a note)."""

FOOTNOTES: dict[int, tuple[str, str]] = {
    1: ("2", "http://ec.europa.eu/trade/policy/countries-and-regions/countries/mexico/"),
    2: ("2", "www.europarl.europa.eu/RegData/etudes/STUD/2014/534985/EXPO_STU(2014)534985_EN.pdf"),
    3: (
        "2",
        "http://cluster-analysis.org/benchmarked-clusters/?country=eaab51b460664f70808b21e3180c4a45",
    ),
    4: ("2.1", "https://ec.europa.eu/research/iscp/pdf/policy/roadmaps_mex-2016.pdf"),
    5: ("2.2", "www.virtuelle-cluster-initiative.de/world-expo/mexico/"),
    6: ("2.2", "www.promexico.gob.mx/en/mx/inversion"),
    7: ("2.2", "www.promexico.mx/documentos/biblioteca/the-mexican-automotive-industry.pdf"),
    8: ("2.2", "www.natureef.eu/description/"),
    9: ("2.2", "https://ec.europa.eu/growth/smes/cosme_es"),
    10: (
        "2.2",
        "www.clustercollaboration.eu/news/eu-mexico-cluster-business-cooperation-seminar-and-matchmaking-event-0",
    ),
    11: ("2.2", "www.clusterforlogistics.lu/cluster/mexico-and-colombia-visit"),
    12: ("3.1", "http://cordis.europa.eu/project/rcn/26893_en.html"),
    13: ("3.1", "www.unam.mx"),
    14: ("3.1", "www.pirbright.ac.uk"),
    15: ("3.1", "www.eng.isciii.es"),
    16: ("3.2", "http://cordis.europa.eu/project/rcn/205825_en.html"),
    17: ("3.2", "www.umich.mx"),
    18: ("3.2", "www.gfz-potsdam.de/en/home/"),
    19: ("3.2", "http://cemiegeo.org/"),
    20: ("3.2", "http://cordis.europa.eu/project/rcn/205825_en.html"),
    21: (
        "3.3",
        "www.diplomatie.gouv.fr/en/the-ministry-of-foreign-affairs/the-cooperation-and-cultural-action-network/our-innovative-network-projects-around-the-world/article/mexico-training-aviation-professionals-up-to-international-skill-levels-01-07",
    ),
    22: ("3.3", "www.unaq.edu.mx"),
    23: ("3.3", "www.gob.mx/conalep"),
    24: ("3.3", "www.safran-group.com/"),
    25: ("3.3", "www.airbushelicopters.com/website/en/ref/home.html"),
    26: ("4.1", "www.mexicotradeandinvestment.com/pdf/pdf_almacen/presen_ind_auto.pdf"),
    27: ("4.1", "www.promexico.mx/documentos/biblioteca/the-mexican-automotive-industry.pdf"),
    28: ("4.1", "www.claut.com.mx"),
    29: (
        "4.1",
        "www.clustercollaboration.eu/cluster-organisations/galician-automotive-cluster-foundation-ceaga",
    ),
    30: ("4.1", ""),
    31: ("4.1", "www.export.gov/article?id=Mexico-Automotive-Parts-and-Supplies"),
    32: (
        "4.2",
        "www.clustercollaboration.eu/sites/default/files/international_cooperation/road-map-aerospace-2013.pdf",
    ),
    33: (
        "4.2",
        "www.pwc.com/mx/es/knowledge-center/archivo/20150604-gx-publication-aerospace-industry.pdf",
    ),
    34: (
        "4.2",
        "www.clustercollaboration.eu/cluster-organisations/galician-automotive-cluster-foundation-ceaga",
    ),
    35: ("4.2", "www.eacp-aero.eu/about-us.html"),
    36: ("4.2", "www.clustercollaboration.eu/escp-profiles/abroad"),
    37: ("4.2", "www.americasquarterly.org/content/aerospace-emerging-mexican-industry"),
    38: ("4.2", "www.usitc.gov/publications/332/coffin_mexico_aerospace4-25.pdf"),
    39: (
        "4.2",
        "www.ey.com/Publication/vwLUAssets/Megatrends_shaping_the_Mexican_aerospace_and_defense_sector/$FILE/EY-megatrends-shaping-the-mexican-aerospace-and-defense-sector.pdf",
    ),
    40: ("4.2", ""),
    41: (
        "4.2",
        "www.pwc.com/mx/es/knowledge-center/archivo/20150604-gx-publication-aerospace-industry.pdf",
    ),
    42: ("4.2", "www.americasquarterly.org/content/aerospace-emerging-mexican-industry"),
    43: (
        "4.2",
        "www.24-7pressrelease.com/press-release/mexican-aerospace-industry-is-viewed-from-a-european-perspective-in-offshore-group-podcast-309639.php",
    ),
    44: (
        "4.2",
        "www.ey.com/Publication/vwLUAssets/Megatrends_shaping_the_Mexican_aerospace_and_defense_sector/$FILE/EY-megatrends-shaping-the-mexican-aerospace-and-defense-sector.pdf",
    ),
    45: ("4.3", "http://negocios.promexico.gob.mx/english/10-2013/art01.html"),
    46: ("4.3", "https://ec.europa.eu/research/iscp/pdf/policy/roadmaps_mex-2016.pdf"),
    47: (
        "4.3",
        "www.clustercollaboration.eu/cluster-organisations/basque-energy-cluster-cluster-de-energ%C3%ADa",
    ),
    48: ("4.3", "www.lowcarbon.mx"),
    49: (
        "4.3",
        "www.clustercollaboration.eu/event-calendar/eu-mexico-cluster-business-cooperation-seminar-and-matchmaking",
    ),
    50: ("4.4", "http://mim.promexico.gob.mx/swb/mim/Perfil_del_sector_bio"),
    51: ("4.4", ""),
    52: (
        "4.4",
        "www.jll.com/Research/2014-global-life-sciences-report-JLL.pdf?654be919-aef1-45a0-bef3-ab01d0a4ece6",
    ),
    53: (
        "4.4",
        "http://geneva-network.com/article/biopharmaceutical-innovation-mexico-crossroads/",
    ),
    54: ("4.4", "www.madeinmexicoinc.com/biotechnology-industry-is-growing-fast-in-mexico/"),
    55: ("4.4", "http://bioclusternl.org/"),
}

# Repeats, with the first footnote of the same address.
SAME_AS = {20: 16, 27: 7, 34: 29, 41: 33, 42: 37, 44: 39, 46: 4}
