import type { Sentences, Words } from './lexicon.js';

export const spanishWords: Words = {
  colours: {
    crimson: 'carmesí', red: 'rojo', rose: 'rosa', pink: 'rosa pálido', salmon: 'salmón', orange: 'naranja', gold: 'oro viejo',
    yellow: 'amarillo', mustard: 'mostaza', ivory: 'marfil', white: 'blanco', beige: 'crudo', brown: 'marrón', olive: 'oliva',
    green: 'verde', 'dark green': 'verde botella', sage: 'verde salvia', turquoise: 'turquesa', 'sky blue': 'celeste', blue: 'azul',
    indigo: 'añil', purple: 'morado', mauve: 'malva', black: 'negro', grey: 'gris',
  },
  motifs: {
    pomegranate: ['granadas en una red de ojivas', 'alcachofas enmarcadas por mallas ojivales', 'palmetas lobuladas con granadas'],
    'ogee lattice': ['una red de pequeñas ojivas', 'un enrejado ojival con rosetas'],
    'scrolling flowers': ['tallos ondulantes con flores estilizadas', 'roleos con zarcillos'],
    sprigs: ['ramitos al tresbolillo', 'florecillas sueltas en hileras'],
    bizarre: ['formas fantásticas y asimétricas en diagonal', 'motivos oblicuos de planta desconocida'],
    bouquets: ['ramilletes sobre una cinta sinuosa', 'rosas naturalistas y guirnaldas'],
    chinoiserie: ['pagodas sobre islotes', 'pabellones y árboles en forma de sombrilla'],
    stripes: ['listas con ramitos', 'bandas de distinta anchura'],
    medallions: ['medallones ovales con coronas de hojas', 'rosetones en marcos circulares'],
    geometry: ['formas geométricas entrelazadas', 'círculos, triángulos y zigzags'],
    'cut leaves': ['grandes hojas planas', 'helechos estilizados'],
    checks: ['cuadros', 'bandas cruzadas'],
    boteh: ['hileras de botehs con flores', 'piñas de cachemira'],
    'flowering plants': ['plantas floridas en hileras', 'matas de tres flores'],
    saz: ['claveles y hojas dentadas', 'tulipanes y hojas de saz'],
    'balls and stripes': ['grupos de tres esferas y bandas onduladas', 'triples discos sobre líneas rizadas'],
    'clouds and waves': ['nubes sobre olas', 'nubes lobuladas y discos'],
    'peony scroll': ['peonías y lotos en tallos ondulantes', 'grandes peonías'],
  },
  varieties: {
    damask: ['damasco', 'damasco monocromo'], 'two-coloured damask': ['damasco de dos colores'],
    'plain velvet': ['terciopelo liso'], 'voided velvet': ['terciopelo labrado sobre fondo raso'], 'ciselé velvet': ['terciopelo cincelado', 'terciopelo cortado y rizado'],
    'coloured velvet': ['terciopelo de varios colores'], 'silk embroidery': ['bordado a realce'], 'shaded embroidery': ['bordado a matiz'],
    'couched embroidery': ['bordado de setillo', 'bordado con hilo tendido'], lampas: ['lampás'], brocatelle: ['brocatel'], print: ['tejido estampado'],
    'warp print': ['chiné estampado en urdimbre'], cannelé: ['canelé'], twill: ['sarga labrada'],
  },
  techniques: {
    damask: ['damasco', 'tejido adamascado'], velvet: ['terciopelo', 'tejido de pelo'], embroidery: ['bordado', 'labor de aguja'],
    other_technique: ['lampás', 'brocatel', 'espolín'],
  },
  materials: {
    animal_fibre: ['seda', 'seda y lana', 'lana'], vegetal_fibre: ['algodón', 'lino', 'lino y algodón'],
    metal_thread: ['hilo de plata dorada', 'hilo entorchado de oro', 'hilo de plata'],
  },
  places: {
    FR: ['Francia', 'Lyon', 'Tours'], IT: ['Italia', 'Venecia', 'Génova', 'Florencia'], ES: ['España', 'Valencia', 'Toledo', 'Granada'],
    GB: ['Inglaterra', 'Londres'], IN: ['la India', 'Cachemira'], TR: ['Turquía', 'Bursa'], CN: ['China', 'Cantón'],
  },
  centuries: {
    XVI: ['siglo XVI', 's. XVI'], XVII: ['siglo XVII', 's. XVII'], XVIII: ['siglo XVIII', 's. XVIII'], XIX: ['siglo XIX', 's. XIX'], XX: ['siglo XX', 's. XX'],
  },
  objects: {
    XVI: ['fragmento', 'casulla', 'cenefa', 'frontal de altar'], XVII: ['fragmento', 'casulla', 'capa pluvial', 'colcha', 'paño de hombros'],
    XVIII: ['fragmento', 'delantero de chaleco', 'paño', 'casulla', 'falda'], XIX: ['paño', 'mantón', 'cortina', 'muestra', 'indumentaria de fallera'],
    XX: ['muestra', 'tela de tapicería', 'pañuelo', 'corte de vestido'],
  },
};

export const ledger: Sentences = {
  opening: [
    '{Object} con decoración de {motif} en {figure} y {accent} sobre fondo de color {ground}.',
    'Tejido con fondo de color {ground} y dibujo de {motif} en {figure}.',
    '{Object} de color {ground}. Dibujo: {motif}, en tonos {figure} y {accent}.',
  ],
  named: [
    '{Object} en {variety}, con {motif} en {figure} sobre fondo de color {ground}.',
    '{Variety} de color {ground} con dibujo de {motif}.',
    'Técnica: {technique}. Decoración de {motif} en {figure} y {accent}.',
  ],
  design: ['Rapport de {cm} cm de alto.', 'El dibujo se repite a media caída.', 'Composición simétrica respecto a un eje vertical.', 'Hojas en {accent} completan el fondo.', 'Motivos dispuestos en hileras contrapeadas.'],
  structure: {
    damask: ['Fondo de raso de ocho por la urdimbre y dibujo por la trama, del mismo color; reversible.', 'Contraste de brillo y mate entre fondo y dibujo.', 'Ligamento de raso de cinco en ambas caras.'],
    velvet: ['Urdimbre de pelo, cortado y rizado, sobre fondo raso.', 'El pelo está desgastado y deja ver la base.', 'Superficie mullida con pelo corto.'],
    embroidery: ['Puntos de matiz, cordoncillo y nudos sobre el tejido base.', 'Relieve con relleno de cartulina; por el revés se ven los hilos cruzados.', 'Ejecutado con aguja sobre dibujo a tinta.'],
    other_technique: ['Tramas suplementarias de varios colores ligadas por una segunda urdimbre.', 'Tramas espolinadas que flotan por el revés.', 'Color aplicado con moldes sobre tela acabada.', 'Efecto acanalado por urdimbre.'],
  },
  material: ['Materia: {material}.', 'Urdimbre y trama de {material}.', 'Confeccionado con {material}.'],
  place: ['Procedencia: {place}.', 'Manufactura de {place}.', 'Fabricado posiblemente en {place}.'],
  date: ['Cronología: {century}.', 'Hacia {year}.', 'Fechable en el {century}.'],
  period: {
    XVI: ['Gusto renacentista, propio de la corte de los Austrias.', 'Recuerda los tejidos de los retratos de Sánchez Coello.'],
    XVII: ['Estilo barroco.', 'Dibujo menudo, acorde con las pragmáticas contra el lujo.'],
    XVIII: ['Estilo rococó.', 'De la época de las ordenanzas del Colegio del Arte Mayor.', 'Gusto por la naturaleza y la asimetría ligera.'],
    XIX: ['Tejido en telar Jacquard.', 'Gusto isabelino.', 'Colorantes de anilina.', 'Estilo Imperio.'],
    XX: ['Diseño moderno para la industria.', 'Muestra de fábrica con número de dibujo y tarjeta perforada.', 'Gusto art déco.'],
  },
  flavour: {
    FR: ['Siguió la moda de la corte de Versalles.', 'Etiqueta de una maison.'],
    IT: ['Se usaba en los palacios del Adriático.', 'Llegó por el comercio genovés.'],
    ES: ['Perteneció al ajuar de una cofradía.', 'Telar manual de la huerta; patrón con el nombre del velluter.', 'Usado en la procesión del Corpus.'],
    GB: ['Libro de muestras de un maestro tejedor.', 'Dibujo botánico de jardín.'],
    IN: ['Formó parte de un chal de corte.', 'Tela de comercio con las Indias Orientales.'],
    TR: ['Cortado de un caftán.', 'Cubierta de cojín de la corte otomana.'],
    CN: ['Insignia de rango.', 'Llegó en el galeón de Manila.'],
  },
  misleading: ['A la manera de {otherPlace}.', 'Imita el {otherTechnique}.', 'Antes se creía de {otherPlace}.', 'Una etiqueta antigua indica {otherCentury}, dato erróneo.', 'Forro de {otherTechnique} posterior.'],
  condition: ['Estado regular, con pérdidas.', 'Buen estado.', 'Desteñido por la luz.', 'Presenta costuras y añadidos.', 'Conserva un orillo.', 'Manchas de cera.'],
  provenance: ['Donación de la familia Ferrandis.', 'Compra de 1968.', 'Legado Solanes.', 'Depósito parroquial.'],
};
