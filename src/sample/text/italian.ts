import type { Sentences, Words } from './lexicon.js';

export const italianWords: Words = {
  colours: {
    crimson: 'cremisi', red: 'rosso', rose: 'rosa', pink: 'rosa pallido', salmon: 'salmone', orange: 'arancio', gold: 'oro antico',
    yellow: 'giallo', mustard: 'senape', ivory: 'avorio', white: 'bianco', beige: 'greggio', brown: 'bruno', olive: 'oliva',
    green: 'verde', 'dark green': 'verde bottiglia', sage: 'verde salvia', turquoise: 'turchese', 'sky blue': 'celeste', blue: 'blu',
    indigo: 'indaco', purple: 'viola', mauve: 'malva', black: 'nero', grey: 'grigio',
  },
  motifs: {
    pomegranate: ['melagrane entro maglie ogivali', 'carciofi incorniciati da ogive', 'palmette polilobate con melagrane'],
    'ogee lattice': ['piccole maglie ogivali', 'una griglia di ogive e rosette'],
    'scrolling flowers': ['racemi con fiori stilizzati', 'steli ondulati e viticci'],
    sprigs: ['mazzetti a scacchiera', 'fiorellini sparsi'],
    bizarre: ['forme fantastiche in diagonale', 'motivi asimmetrici di nessuna pianta nota'],
    bouquets: ['mazzi di fiori lungo un nastro sinuoso', 'rose al naturale e ghirlande'],
    chinoiserie: ['pagode su isolotti', 'padiglioni e alberi a ombrello'],
    stripes: ['righe con rametti', 'bande di diversa larghezza'],
    medallions: ['medaglioni ovali con corone di foglie', 'rosoni in cornici tonde'],
    geometry: ['forme geometriche incastrate', 'cerchi, triangoli e zigzag'],
    'cut leaves': ['grandi foglie piatte', 'felci stilizzate'],
    checks: ['quadri', 'bande incrociate'],
    boteh: ['file di boteh fioriti', 'palmette cachemire'],
    'flowering plants': ['piante fiorite in file', 'cespi a tre fiori'],
    saz: ['garofani e foglie dentate', 'tulipani e foglie saz'],
    'balls and stripes': ['gruppi di tre sfere e bande ondulate', 'tripli dischi sopra linee increspate'],
    'clouds and waves': ['nuvole sopra onde', 'nuvole lobate e dischi'],
    'peony scroll': ['peonie e loti su steli ondulati', 'grandi peonie'],
  },
  varieties: {
    damask: ['damasco', 'damasco monocromo'], 'two-coloured damask': ['damasco a due colori'], 'plain velvet': ['velluto unito'],
    'voided velvet': ['velluto operato a fondo raso'], 'ciselé velvet': ['velluto cesellato', 'velluto tagliato e riccio'], 'coloured velvet': ['velluto giardino'],
    'silk embroidery': ['ricamo a punto raso'], 'shaded embroidery': ['ricamo a punto pittura'], 'couched embroidery': ['ricamo a filo posato'],
    lampas: ['lampasso'], brocatelle: ['broccatello'], print: ['tessuto stampato'], 'warp print': ['chiné stampato in ordito'], cannelé: ['cannellato'], twill: ['saia operata'],
  },
  techniques: {
    damask: ['damasco'], velvet: ['velluto', 'tessuto a pelo'], embroidery: ['ricamo', 'lavoro ad ago'], other_technique: ['lampasso', 'broccatello', 'tessuto operato'],
  },
  materials: {
    animal_fibre: ['seta', 'seta e lana', 'lana'], vegetal_fibre: ['cotone', 'lino', 'lino e cotone'],
    metal_thread: ['filato d\'argento dorato', 'filo d\'oro', 'lamina d\'argento'],
  },
  places: {
    FR: ['Francia', 'Lione', 'Tours'], IT: ['Italia', 'Venezia', 'Genova', 'Firenze'], ES: ['Spagna', 'Valencia'], GB: ['Inghilterra', 'Londra'],
    IN: ['India', 'Kashmir'], TR: ['Turchia', 'Bursa'], CN: ['Cina', 'Canton'],
  },
  centuries: {
    XVI: ['XVI secolo', 'sec. XVI'], XVII: ['XVII secolo', 'sec. XVII'], XVIII: ['XVIII secolo', 'sec. XVIII'], XIX: ['XIX secolo', 'sec. XIX'], XX: ['XX secolo', 'sec. XX'],
  },
  objects: {
    XVI: ['frammento', 'pianeta', 'stolone', 'paliotto'], XVII: ['frammento', 'pianeta', 'piviale', 'telo da parato'], XVIII: ['telo', 'davanti di sottomarsina', 'frammento', 'pianeta', 'andrienne'],
    XIX: ['telo da parato', 'tenda', 'scialle', 'campione'], XX: ['campione', 'tessuto d\'arredamento', 'foulard', 'taglio d\'abito'],
  },
};

export const scheda: Sentences = {
  opening: ['{Object} con {motif} di colore {figure} e {accent} su fondo {ground}.', 'Il motivo presenta {motif} in {figure} su fondo di colore {ground}.', '{Object}. Su fondo {ground} si dispongono {motif} in {figure}.'],
  named: ['{Object} in {variety} con {motif}, colore {figure} su {ground}.', '{Variety} di colore {ground}; il disegno presenta {motif}.', 'Tessuto, {technique}: {motif} in {figure} e {accent}.'],
  design: ['Rapporto di disegno di {cm} cm.', 'Disegno a punta e ritorno.', 'Motivi sfalsati di mezzo rapporto.', 'Foglie di colore {accent} riempiono il fondo.', 'Altezza del telo completa.'],
  structure: {
    damask: ['Fondo e disegno sono le due facce dello stesso raso, di un solo colore; reversibile.', 'Contrasto tra lucido e opaco.', 'Raso da otto ordito e suo rovescio.'],
    velvet: ['Ordito di pelo, tagliato e riccio, su fondo raso.', 'Il pelo è consunto lungo le pieghe.', 'Superficie morbida, dal tono cangiante.'],
    embroidery: ['Punto raso, punto erba e nodini sulla tela di fondo.', 'Rilievo ottenuto con imbottitura; sul rovescio i fili si incrociano.', 'Eseguito ad ago su disegno a inchiostro.'],
    other_technique: ['Trame lanciate e broccate legate in diagonale da un ordito di legatura.', 'Trame che slegano sul rovescio.', 'Colori impressi con tavole di legno, fuori registro.', 'Coste trasversali per effetto d\'ordito.'],
  },
  material: ['Materia: {material}.', 'Ordito e trama di {material}.', 'Filati: {material}.'],
  place: ['Manifattura di {place}.', 'Produzione: {place}.', 'Probabile provenienza: {place}.'],
  date: ['{Century}.', 'Circa {year}.', 'Databile al {century}.'],
  period: {
    XVI: ['Gusto rinascimentale, vicino ai ritratti del Bronzino.', 'Tessuto delle grandi corti.'],
    XVII: ['Gusto barocco.', 'Disegno minuto a mazze.'],
    XVIII: ['Gusto rococò.', 'Stile a pizzo e a meandro.', 'Rigatura neoclassica.'],
    XIX: ['Tessuto su telaio Jacquard.', 'Gusto eclettico; coloranti all\'anilina.', 'Stile Impero.'],
    XX: ['Disegno moderno per l\'industria comasca.', 'Gusto déco.', 'Design del dopoguerra.'],
  },
  flavour: {
    FR: ['Secondo la moda della corte di Versailles.', 'Messa in carta della maison.'],
    IT: ['Paramento di una famiglia patrizia.', 'Segno dell\'arte della seta nella cimossa.', 'Dono del vescovo alla cattedrale.'],
    ES: ['Confraternita del Corpus Domini.', 'Intrecci mudéjar.'],
    GB: ['Foglio di campionario, prezzi in scellini.', 'Disegno botanico.'],
    IN: ['Capo di patka.', 'Commercio delle Indie orientali.'],
    TR: ['Ritagliato da un caftano.', 'Copricuscino della corte ottomana, giunto per via di ambasciata.'],
    CN: ['Insegna di rango.', 'Veste di funzionario.'],
  },
  misleading: ['Alla maniera di {otherPlace}.', 'Imita il {otherTechnique}.', 'Un tempo attribuito a {otherPlace}.', 'Un vecchio cartellino reca {otherCentury}, a torto.', 'Fodera di {otherTechnique}.'],
  condition: ['Buono stato.', 'Lacune e consunzioni.', 'Colori sbiaditi.', 'Cuciture e integrazioni.', 'Una cimossa conservata.', 'Macchie di umidità.'],
  provenance: ['Dono Marchesi Orsenigo.', 'Acquisto 1934.', 'Dalla sagrestia di San Vitale a Castelvento.', 'Fondo antico.'],
};
