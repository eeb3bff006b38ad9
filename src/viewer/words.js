// words
export const WORDS = { whole: ['whole', 'цело', 'שלם'] };
