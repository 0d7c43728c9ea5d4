// Put into a copy of a page by support::browser: looks at the page as it was laid out and leaves
// what it found, as JSON, at its end.
"use strict";
{
    const faults = [];
    const root = document.documentElement;

    const name = (element) =>
        `${element.tagName} "${(element.getAttribute("aria-label") || element.textContent).slice(0, 40)}"`;

    const channels = (color) => (color.match(/[\d.]+/g) || []).map(Number);
    const luminance = (color) => {
        const [r, g, b] = channels(color).map((value) => {
            const share = value / 255;
            return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const contrast = (one, other) => {
        const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
        return (light + 0.05) / (dark + 0.05);
    };
    /** The nearest background that is not see-through. */
    const background = (element) => {
        for (let each = element; each; each = each.parentElement) {
            const color = getComputedStyle(each).backgroundColor;
            if (channels(color)[3] !== 0)
                return color;
        }
        return "rgb(255, 255, 255)";
    };
    const check_contrast = (element, property, least) => {
        const found = contrast(getComputedStyle(element)[property], background(element));
        if (found < least)
            faults.push(`${name(element)}: a contrast of ${found.toFixed(2)}, less than ${least}`);
    };

    const inside = (inner, outer) => inner.left >= outer.left - 1 && inner.right <= outer.right + 1 &&
        inner.top >= outer.top - 1 && inner.bottom <= outer.bottom + 1;
    // Boxes of text have room above and below the letters.
    const overlap = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 &&
        Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4;

    const check_chart = (svg) => {
        const box = svg.getBoundingClientRect();
        if (box.width < 200 || box.height < 60)
            faults.push(`${name(svg)}: only ${box.width} by ${box.height}`);
        if (box.right > innerWidth)
            faults.push(`${name(svg)}: not within the window`);
        const texts = [...svg.querySelectorAll("text")].map((text) => [text, text.getBoundingClientRect()]);
        for (const [text, place] of texts) {
            if (!inside(place, box))
                faults.push(`${name(text)}: not within its chart ${name(svg)}`);
            if (place.height < 9)
                faults.push(`${name(text)}: too small to read, ${place.height}`);
            check_contrast(text, "fill", 4.5);
        }
        texts.forEach(([text, place], i) => texts.slice(i + 1).forEach(([other, there]) => {
            if (overlap(place, there))
                faults.push(`${name(text)} and ${name(other)} overlap in ${name(svg)}`);
        }));
        for (const line of svg.querySelectorAll("path.line")) {
            if (!(line.getTotalLength() > 0))
                faults.push(`${name(svg)}: a line without length`);
            check_contrast(line, "stroke", 3);
        }
    };

    const charts = [...document.querySelectorAll("figure > svg")];
    charts.forEach(check_chart);
    if (root.scrollWidth > root.clientWidth)
        faults.push(`the page is ${root.scrollWidth} wide in a window of ${root.clientWidth}`);
    if (document.querySelectorAll("h1").length !== 1 || !root.lang)
        faults.push("no single h1, or no language");
    for (const element of document.querySelectorAll("p, h1, h2, h3, th, td, dt, dd, li"))
        check_contrast(element, "color", 4.5);

    const found = {
        faults,
        charts: charts.length,
        lines: document.querySelectorAll("figure > svg path.line").length,
        width: innerWidth,
        dark: matchMedia("(prefers-color-scheme: dark)").matches,
        ground: luminance(getComputedStyle(document.body).backgroundColor),
    };
    const result = document.createElement("pre");
    result.textContent = "PROBE" + JSON.stringify(found) + "EBORP";
    document.body.append(result);
}
