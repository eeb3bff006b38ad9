// page
import { WORDS } from './words.js';
document.title = WORDS.whole[0];
