import type { Sentences, Words } from './lexicon.js';

export const frenchWords: Words = {
  colours: {
    crimson: 'cramoisi', red: 'rouge', rose: 'rose', pink: 'rose pâle', salmon: 'saumon', orange: 'orange', gold: 'vieil or',
    yellow: 'jaune', mustard: 'moutarde', ivory: 'ivoire', white: 'blanc', beige: 'écru', brown: 'brun', olive: 'olive',
    green: 'vert', 'dark green': 'vert bouteille', sage: 'vert sauge', turquoise: 'turquoise', 'sky blue': 'bleu ciel', blue: 'bleu',
    indigo: 'indigo', purple: 'violet', mauve: 'mauve', black: 'noir', grey: 'gris',
  },
  motifs: {
    pomegranate: ['grenades dans un réseau d\'ogives', 'artichauts encadrés d\'accolades', 'palmettes polylobées à grenades'],
    'ogee lattice': ['petites mailles ogivales', 'treillis d\'ogives et rosettes'],
    'scrolling flowers': ['rinceaux à fleurs stylisées', 'tiges ondulantes et vrilles'],
    sprigs: ['petits brins en quinconce', 'fleurettes semées'],
    bizarre: ['formes fantastiques en diagonale', 'motifs asymétriques d\'aucune plante connue'],
    bouquets: ['bouquets le long d\'un ruban sinueux', 'roses au naturel et guirlandes', 'bouquets noués à une rivière de dentelle'],
    chinoiserie: ['pagodes sur des îlots', 'kiosques et arbres parasols'],
    stripes: ['rayures et branches courantes', 'bandes de largeur inégale'],
    medallions: ['médaillons ovales à couronnes de feuilles', 'rosaces en cadres ronds'],
    geometry: ['formes géométriques imbriquées', 'cercles, triangles et chevrons'],
    'cut leaves': ['grandes feuilles en aplat', 'fougères stylisées'],
    checks: ['carreaux', 'bandes croisées'],
    boteh: ['rangs de botehs fleuris', 'palmes de cachemire'],
    'flowering plants': ['plantes fleuries en rangs', 'touffes à trois fleurs'],
    saz: ['œillets et feuilles dentelées', 'tulipes et feuilles saz'],
    'balls and stripes': ['groupes de trois boules et bandes ondées', 'triples disques au-dessus de lignes'],
    'clouds and waves': ['nuages au-dessus des vagues', 'nuages festonnés et disques'],
    'peony scroll': ['pivoines et lotus sur tiges enroulées', 'grandes pivoines'],
  },
  varieties: {
    damask: ['damas', 'damas ton sur ton'], 'two-coloured damask': ['damas bicolore'], 'plain velvet': ['velours uni'],
    'voided velvet': ['velours façonné à fond satin'], 'ciselé velvet': ['velours ciselé', 'velours coupé et frisé'], 'coloured velvet': ['velours jardinière'],
    'silk embroidery': ['broderie au passé plat'], 'shaded embroidery': ['broderie au passé empiétant', 'peinture à l\'aiguille'], 'couched embroidery': ['broderie en couchure'],
    lampas: ['lampas'], brocatelle: ['brocatelle'], print: ['toile imprimée'], 'warp print': ['chiné imprimé sur chaîne'], cannelé: ['cannelé'], twill: ['sergé façonné'],
  },
  techniques: {
    damask: ['damas', 'damassé'], velvet: ['velours', 'tissu à poil'], embroidery: ['broderie', 'travail à l\'aiguille'], other_technique: ['lampas', 'brocatelle', 'façonné'],
  },
  materials: {
    animal_fibre: ['soie', 'soie et laine', 'laine'], vegetal_fibre: ['coton', 'lin', 'lin et coton'],
    metal_thread: ['filé d\'argent doré', 'filé d\'or', 'lame d\'argent'],
  },
  places: {
    FR: ['France', 'Lyon', 'Tours'], IT: ['Italie', 'Venise', 'Gênes', 'Florence'], ES: ['Espagne', 'Valence'], GB: ['Angleterre', 'Spitalfields'],
    IN: ['Inde', 'Cachemire'], TR: ['Turquie', 'Bursa'], CN: ['Chine', 'Canton'],
  },
  centuries: {
    XVI: ['XVIe siècle', '16e siècle'], XVII: ['XVIIe siècle', '17e siècle'], XVIII: ['XVIIIe siècle', '18e siècle'], XIX: ['XIXe siècle', '19e siècle'], XX: ['XXe siècle', '20e siècle'],
  },
  objects: {
    XVI: ['fragment', 'chasuble', 'orfroi', 'devant d\'autel'], XVII: ['fragment', 'chasuble', 'chape', 'lé de tenture'], XVIII: ['lé', 'devant de gilet', 'robe à la française', 'fragment', 'tenture'],
    XIX: ['lé de tenture', 'portière', 'châle', 'dossier de fauteuil', 'échantillon'], XX: ['échantillon', 'tissu d\'ameublement', 'carré', 'métrage pour robe'],
  },
};

export const inventaire: Sentences = {
  opening: [
    '{Object} à décor de {motif} en {figure} et {accent} sur fond de couleur {ground}.',
    'Décor : {motif}, en {figure}, sur fond {ground}.',
    '{Object}. Fond {ground}, {motif} de couleur {figure}.',
  ],
  named: ['{Object} en {variety} à décor de {motif}, couleur {figure} sur {ground}.', '{Variety}, fond {ground} ; décor de {motif}.', 'Étoffe, {technique} : {motif} en {figure} et {accent}.'],
  design: ['Rapport de dessin de {cm} cm.', 'Dessin à retour, chemin suivi.', 'Motifs disposés en quinconce.', 'Feuillage de couleur {accent}.', 'Laize complète, deux lisières.'],
  structure: {
    damask: ['Effet de fond et effet de dessin par les deux faces d\'un même satin ; réversible.', 'Opposition du mat et du brillant, une seule couleur.', 'Satin de 8 chaîne et son envers.'],
    velvet: ['Chaîne de poil, coupé et bouclé, sur fond satin.', 'Le poil est couché et usé aux plis.', 'Surface profonde, aspect changeant selon la lumière.'],
    embroidery: ['Points lancés, tige et nœuds sur l\'étoffe de fond.', 'Relief obtenu par un bourrage ; fils croisés au revers.', 'Exécuté à l\'aiguille sur un tracé à l\'encre.'],
    other_technique: ['Trames lancées et brochées liées en sergé par une chaîne de liage.', 'Trames flottant au revers entre les motifs.', 'Couleurs posées à la planche, cadrage imparfait.', 'Côtes en travers, effet de chaîne.'],
  },
  material: ['Matière : {material}.', 'Chaîne et trame : {material}.', 'Composition : {material}.'],
  place: ['Fabrique de {place}.', 'Lieu de production : {place}.', 'Provenance probable : {place}.'],
  date: ['{Century}.', 'Vers {year}.', 'Datation proposée : {century}.'],
  period: {
    XVI: ['Goût de la Renaissance.', 'Proche des étoffes portées à la cour des Valois.'],
    XVII: ['Style baroque, dessin ample.', 'Règne de Louis XIII ou début de Louis XIV.'],
    XVIII: ['Goût rocaille.', 'Style Louis XV, naturel et mouvementé.', 'Louis XVI, rayures légères.'],
    XIX: ['Tissé au métier Jacquard.', 'Style Empire, commande du Garde-Meuble.', 'Second Empire ; colorants d\'aniline.', 'Présenté à une exposition universelle.'],
    XX: ['Style Art déco.', 'Création d\'un atelier moderne, édition industrielle.', 'Années de la reconstruction, dessin abstrait.'],
  },
  flavour: {
    FR: ['Mise en carte conservée dans les archives de la maison.', 'Livré pour un château royal.', 'Canut et dessinateur connus par le livre de patrons.'],
    IT: ['Tenture de palais.', 'Marque de l\'art de la soie dans la lisière.'],
    ES: ['Ornement d\'une cathédrale, confrérie du Corpus.', 'Entrelacs mudéjars.'],
    GB: ['Feuille d\'un livre d\'échantillons, prix en shillings.', 'Dessin botanique.'],
    IN: ['Extrémité de patka.', 'Comptoir de la Compagnie des Indes.'],
    TR: ['Taillé dans un caftan.', 'Housse de coussin de la cour ottomane.'],
    CN: ['Insigne de rang.', 'Robe de théâtre ou tenture de temple.'],
  },
  misleading: ['Dans le goût de {otherPlace}.', 'Imitation de {otherTechnique}.', 'Autrefois attribué à {otherPlace}.', 'Une étiquette ancienne indique {otherCentury}, à tort.', 'Doublure de {otherTechnique}.'],
  condition: ['Bon état.', 'Usures et lacunes.', 'Couleurs passées.', 'Restauration ancienne.', 'Coutures et pièces rapportées.', 'Une lisière conservée.'],
  provenance: ['Don de la chambre de commerce.', 'Achat en vente publique, 1912.', 'Ancien fonds.', 'Legs Aubertin.'],
};
