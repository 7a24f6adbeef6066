"""Line drawings of the icons: inner SVG on a 16 by 16 grid, stroked with the text colour."""

DRAWINGS: dict[str, str] = {
    "ask": '<path d="M2 3.5h12v8H7l-3 2.5v-2.5H2z"/>',
    "bell": '<path d="M3.5 11.5h9c-1-1-1.2-2.2-1.2-4.2a3.3 3.3 0 0 0-6.6 0c0 2-.2 3.2-1.2 4.2z"/>'
    '<path d="M6.7 13.8h2.6"/>',
    "cal": '<path d="M2.5 3.5h11v10h-11zM2.5 6.5h11M5.5 2v3M10.5 2v3"/>',
    "check": '<path d="m2.5 8.5 3.5 3.5 7.5-8"/>',
    "clock": '<circle cx="8" cy="8" r="6"/><path d="M8 4.5V8l2.5 1.5"/>',
    "down": '<path d="m3 6 5 5 5-5"/>',
    "edit": '<path d="m3 13 .6-3L11 2.6 13.4 5 6 12.4zM9.6 4l2.4 2.4"/>',
    "filter": '<path d="M2 4h12M4.5 8h7M6.7 12h2.6"/>',
    "flag": '<path d="M3 14.5v-13h10l-2.5 3.5L13 8.5H3"/>',
    "get": '<path d="M8 2v8M4.5 7 8 10.5 11.5 7M2.5 13.5h11"/>',
    "info": '<circle cx="8" cy="8" r="6"/><path d="M8 7.3v3.7M8 4.9V5"/>',
    "left": '<path d="m10 3-5 5 5 5"/>',
    "list": '<path d="M2 4h12M2 8h12M2 12h12"/>',
    "lock": '<path d="M3.5 7.5h9v6h-9z"/><path d="M5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5"/>',
    "mail": '<path d="M2 3.5h12v9H2zM2.3 4 8 8.6 13.7 4"/>',
    "map": '<path d="M8 14.5S3 10 3 6.4a5 5 0 0 1 10 0C13 10 8 14.5 8 14.5z"/>'
    '<circle cx="8" cy="6.4" r="1.6"/>',
    "move": '<path d="M2 8h12M11 5l3 3-3 3"/>',
    "no": '<circle cx="8" cy="8" r="6"/><path d="m4 4 8 8"/>',
    "people": '<circle cx="6" cy="5.2" r="2.4"/><path d="M1.5 13.5c.4-3 2.2-4.2 4.5-4.2s4.1 1.2 '
    '4.5 4.2M10.6 3a2.3 2.3 0 0 1 0 4.4M12 9.6c1.5.5 2.3 1.8 2.5 3.9"/>',
    "person": '<circle cx="8" cy="5" r="2.7"/>'
    '<path d="M2.8 14c.5-3.2 2.5-4.6 5.2-4.6s4.7 1.4 5.2 4.6"/>',
    "play": '<path d="M4.5 2.5v11l8.5-5.5z"/>',
    "plus": '<path d="M8 2.5v11M2.5 8h11"/>',
    "print": '<path d="M4 6V2.5h8V6M4 11.5H2.5v-5h11v5H12M4.5 9.5h7v4.5h-7z"/>',
    "redo": '<path d="m11 3 3 3-3 3M14 6H6.5a4 4 0 0 0 0 8H10"/>',
    "right": '<path d="m6 3 5 5-5 5"/>',
    "search": '<circle cx="7" cy="7" r="4.5"/><path d="m10.5 10.5 4 4"/>',
    "star": '<path d="m8 1.8 1.9 4 4.4.6-3.2 3 .8 4.4L8 11.7l-3.9 2.1.8-4.4-3.2-3 4.4-.6z"/>',
    "stop": '<path d="M3.5 3.5h9v9h-9z"/>',
    "swap": '<path d="M3 5.5h10M10 3l3 2.5L10 8M13 10.5H3M6 8l-3 2.5L6 13"/>',
    "table": '<path d="M2 3h12v10H2zM2 6.4h12M2 9.7h12M6.5 3v10"/>',
    "trash": '<path d="M2.5 4.5h11M6 4.5v-2h4v2M4 4.5l.7 9h6.6l.7-9M6.7 7v4M9.3 7v4"/>',
    "undo": '<path d="M5 3 2 6l3 3M2 6h7.5a4 4 0 0 1 0 8H6"/>',
    "warn": '<path d="M8 2 1.5 13.5h13z"/><path d="M8 6.5v3.3M8 11.7v.1"/>',
    "x": '<path d="m4 4 8 8M12 4l-8 8"/>',
}
