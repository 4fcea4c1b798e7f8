using System.Text.Json.Nodes;

namespace CohereShell.Emulation;

/// <summary>Rerank in v1: <see href="https://docs.cohere.com/v1/reference/rerank"/>. Documents can be objects here.</summary>
internal sealed class EmulatedRerankV1 : EmulatedOperation
{
    private static readonly string[] DefaultFields = ["text"];

    internal override EmulatorResponse Answer(EmulatorRequest request)
    {
        using JsonDocument body = request.Json();
        Field root = Field.Root(body.RootElement);
        root["max_chunks_per_doc"].Integer(1, int.MaxValue, "must be at least 1.");
        string[] fields = root["rank_fields"].Texts() is { Length: > 0 } named ? named : DefaultFields;
        IReadOnlyList<Field> documents = root["documents"].Items();
        SentRanking ranking = EmulatedRerank.Rank(
            request.Id,
            root["model"].IsPresent ? EmulatedModels.Named(root["model"], "rerank") : EmulatedModels.DefaultOf("rerank"),
            root,
            documents.Select(document => TextOf(document, fields)).ToArray(),
            "1");
        return EmulatorResponse.Json(
            root["return_documents"].Flag()
                ? ranking with { Results = ranking.Results.Select(result => result with { Document = DocumentOf(documents[result.Index]) }).ToArray() }
                : ranking,
            RerankJson.Default.SentRanking);
    }

    private static string TextOf(Field document, string[] fields) => document.IsText
        ? document.Text()!
        : string.Join("\n", fields.Select(field => document.Object()[field]).Where(field => field.IsPresent).Select(field => field.IsText ? field.Text() : field.Element.GetRawText()));

    private static JsonElement DocumentOf(Field document) => document.IsText
        ? JsonSerializer.SerializeToElement(new JsonObject { ["text"] = document.Text() })
        : document.Element.Clone();
}
