import type { CodegenConfig } from "@graphql-codegen/cli";

const config: CodegenConfig = {
  schema: "../graphql/schema.graphql",
  documents: ["../graphql/operations/*.graphql"],
  generates: {
    // Elsewhere for the test that compares it with what is committed.
    [process.env["FOOTHOLD_GENERATED"] ?? "src/gql/"]: {
      preset: "client",
      presetConfig: {
        fragmentMasking: false,
        persistedDocuments: { hashAlgorithm: "sha256", mode: "replaceDocumentWithHash" },
      },
      config: {
        documentMode: "string",
        enumType: "string-literal",
        useTypeImports: true,
        scalars: { Date: "string", DateTime: "string", JSON: "unknown" },
      },
    },
  },
};

export default config;
