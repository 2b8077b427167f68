// A catalogue of open data as Italian portals harvest it: DCAT-AP_IT 1.1 in JSON-LD, with its context inside, so that nothing is fetched.

/** A text in both our languages. */
export type InTwo = { readonly it: string; readonly en: string };

/** One way to have a dataset: the address of its bytes. */
type CatalogFile = { readonly url: string; readonly format: "CSV" | "JSON"; readonly mediaType: string };

/** A dataset. `from` and `to` are days, "YYYY-MM-DD": what time it speaks of; null: of now. */
export type CatalogDataset = {
  readonly name: string;
  readonly title: InTwo;
  readonly description: InTwo;
  readonly keywords: readonly string[];
  readonly frequency: "DAILY" | "MONTHLY";
  readonly span: { readonly from: string; readonly to: string } | null;
  readonly files: readonly CatalogFile[];
};

/** What a catalogue says. Days are "YYYY-MM-DD"; `regionIstat` the two digits of ISTAT's region, null: not known; `mail` "": none. */
export type CatalogFacts = {
  readonly id: string;
  readonly page: string;
  readonly title: InTwo;
  readonly description: InTwo;
  readonly publisher: { readonly id: string; readonly name: string; readonly mail: string };
  readonly issuedOn: string;
  readonly modifiedOn: string;
  readonly regionIstat: string | null;
  readonly datasets: readonly CatalogDataset[];
};

type Node = { readonly [key: string]: string | Node | readonly (string | Node)[] };

const EU = "http://publications.europa.eu/resource/authority";
const LICENCE = "https://w3id.org/italia/controlled-vocabulary/licences/A21_CCBY40";
const REGIONS = "https://w3id.org/italia/controlled-vocabulary/territorial-classifications/regions";

/** The licence of everything in it, for people and for files that name it themselves. */
export const OPEN_LICENCE = { name: "CC BY 4.0", url: "https://creativecommons.org/licenses/by/4.0/" } as const;

const CONTEXT: Node = {
  adms: "http://www.w3.org/ns/adms#",
  dcat: "http://www.w3.org/ns/dcat#",
  dcatapit: "http://dati.gov.it/onto/dcatapit#",
  dct: "http://purl.org/dc/terms/",
  foaf: "http://xmlns.com/foaf/0.1/",
  owl: "http://www.w3.org/2002/07/owl#",
  schema: "http://schema.org/",
  vcard: "http://www.w3.org/2006/vcard/ns#",
  xsd: "http://www.w3.org/2001/XMLSchema#",
};

/** The catalogue with all its datasets as one document. */
export function writeCatalog(facts: CatalogFacts): Node {
  const { id, page, publisher, issuedOn, modifiedOn } = facts;
  return {
    "@context": CONTEXT,
    "@id": id,
    "@type": ["dcat:Catalog", "dcatapit:Catalog"],
    "dct:identifier": id,
    "dct:title": inTwo(facts.title),
    "dct:description": inTwo(facts.description),
    "dct:publisher": writeAgent(publisher),
    "dct:issued": day(issuedOn),
    "dct:modified": day(modifiedOn),
    "dct:language": [ref(`${EU}/language/ITA`), ref(`${EU}/language/ENG`)],
    "dct:license": writeLicence(),
    "foaf:homepage": ref(page),
    "dcat:themeTaxonomy": ref(`${EU}/data-theme`),
    ...writePlace(facts),
    "dcat:dataset": facts.datasets.map((dataset) => writeDataset(dataset, facts)),
  };
}

function writeDataset(dataset: CatalogDataset, facts: CatalogFacts): Node {
  const { name, title, description, keywords, frequency, span, files } = dataset;
  const { publisher, page, modifiedOn, issuedOn } = facts;
  const id = `${page}#${name}`;
  return {
    "@id": id,
    "@type": ["dcat:Dataset", "dcatapit:Dataset"],
    "dct:identifier": `${publisher.id}:${name}`,
    "dct:title": inTwo(title),
    "dct:description": inTwo(description),
    "dcat:keyword": [...keywords],
    "dcat:theme": ref(`${EU}/data-theme/AGRI`),
    "dct:rightsHolder": writeAgent(publisher),
    "dct:publisher": writeAgent(publisher),
    "dct:accrualPeriodicity": ref(`${EU}/frequency/${frequency}`),
    "dct:issued": day(issuedOn),
    "dct:modified": day(modifiedOn),
    "dct:language": [ref(`${EU}/language/ITA`)],
    "dcat:landingPage": ref(page),
    ...writePlace(facts),
    ...(span === null ? {} : { "dct:temporal": writeSpan(id, span) }),
    "dcat:contactPoint": writeContact(facts),
    "dcat:distribution": files.map((file) => writeFile(file, dataset, facts)),
  };
}

function writeFile({ url, format, mediaType }: CatalogFile, dataset: CatalogDataset, facts: CatalogFacts): Node {
  return {
    "@id": `${url}#file`,
    "@type": ["dcat:Distribution", "dcatapit:Distribution"],
    "dct:title": inTwo({ it: `${dataset.title.it} (${format})`, en: `${dataset.title.en} (${format})` }),
    "dct:format": ref(`${EU}/file-type/${format}`),
    "dcat:mediaType": ref(`https://www.iana.org/assignments/media-types/${mediaType}`),
    "dcat:accessURL": ref(url),
    "dcat:downloadURL": ref(url),
    "dct:license": writeLicence(),
    "dct:modified": day(facts.modifiedOn),
  };
}

function writeLicence(): Node {
  return {
    "@id": LICENCE,
    "@type": ["dct:LicenseDocument", "dcatapit:LicenseDocument"],
    "foaf:name": "Creative Commons Attribuzione 4.0 Internazionale (CC BY 4.0)",
    "dct:type": ref("http://purl.org/adms/licencetype/Attribution"),
    "owl:versionInfo": "4.0",
  };
}

function writeAgent({ id, name }: CatalogFacts["publisher"]): Node {
  return { "@id": id, "@type": ["foaf:Agent", "dcatapit:Agent"], "dct:identifier": id, "foaf:name": name };
}

function writeContact({ publisher, page }: CatalogFacts): Node {
  const { id, name, mail } = publisher;
  return {
    "@id": `${id}#contact`,
    "@type": ["vcard:Kind", "vcard:Organization", "dcatapit:Organization"],
    "vcard:fn": name,
    "vcard:hasURL": ref(page),
    ...(mail === "" ? {} : { "vcard:hasEmail": ref(`mailto:${encodeURI(mail)}`) }),
  };
}

function writePlace({ regionIstat }: CatalogFacts): Node {
  if (regionIstat === null) return {};
  return { "dct:spatial": { "@id": `${REGIONS}/${regionIstat}`, "@type": ["dct:Location", "dcatapit:Location"] } };
}

function writeSpan(id: string, { from, to }: { from: string; to: string }): Node {
  return {
    "@id": `${id}-time`,
    "@type": ["dct:PeriodOfTime", "dcatapit:PeriodOfTime"],
    "schema:startDate": day(from),
    "schema:endDate": day(to),
  };
}

function inTwo({ it, en }: InTwo): readonly Node[] {
  return [
    { "@language": "it", "@value": it },
    { "@language": "en", "@value": en },
  ];
}

function day(date: string): Node {
  return { "@type": "xsd:date", "@value": date };
}

function ref(iri: string): Node {
  return { "@id": iri };
}
