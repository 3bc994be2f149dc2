export default {
  title: "Site",
  markdown: { attrs: { disable: false } },
};
