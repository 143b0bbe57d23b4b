// Texts whose colour stands out from their background by less than 4.5 : 1 (WCAG 2.2, 1.4.3).
() => {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  /** Red, green, blue of colours laid over each other. */
  const mix = (colours) => {
    context.clearRect(0, 0, 1, 1);
    for (const colour of colours) {
      context.fillStyle = colour;
      context.fillRect(0, 0, 1, 1);
    }
    return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((c) => {
      const s = c / 255;
      return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (a, b) => {
    const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p);
    return (x + 0.05) / (y + 0.05);
  };
  const behind = (element) => {
    const layers = [];
    for (let e = element; e !== null; e = e.parentElement) {
      layers.unshift(getComputedStyle(e).backgroundColor);
    }
    return layers;
  };
  const complaints = [];
  for (const element of document.body.querySelectorAll("*")) {
    const said = [...element.childNodes].some((n) => n.nodeType === 3 && n.data.trim() !== "");
    if (!said || !element.checkVisibility() || element.closest(".unseen, .skip, option")) {
      continue;
    }
    const colour = getComputedStyle(element).color;
    const backgrounds = [mix(behind(element))];
    if (element.matches("#repeats td")) {
      const image = getComputedStyle(element).backgroundImage;
      const bar = /.*linear-gradient\((.*?\)), /.exec(image)[1];
      backgrounds.push(mix([bar]));
    }
    for (const background of backgrounds) {
      const found = ratio(mix([...behind(element), colour]), background);
      if (found < 4.5) {
        complaints.push(`${found.toFixed(2)}: ${element.outerHTML.slice(0, 100)}`);
      }
    }
  }
  return complaints;
}
