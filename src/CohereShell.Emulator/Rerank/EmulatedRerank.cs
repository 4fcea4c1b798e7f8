namespace CohereShell.Emulation;

/// <summary>Rerank: <see href="https://docs.cohere.com/reference/rerank"/>.</summary>
internal sealed class EmulatedRerank : EmulatedOperation
{
    private const int MaxDocuments = 10000;
    private const int DefaultTokens = 4096;
    private const int DocumentsOfUnit = 100;

    internal override EmulatorResponse Answer(EmulatorRequest request)
    {
        using JsonDocument body = request.Json();
        Field root = Field.Root(body.RootElement);
        EmulatedModel model = EmulatedModels.Named(root["model"], "rerank");
        return EmulatorResponse.Json(Rank(request.Id, model, root, root["documents"].Texts(), "2"), RerankJson.Default.SentRanking);
    }

    /// <summary>Ranks documents for a request in a version of the API.</summary>
    internal static SentRanking Rank(string id, EmulatedModel model, Field root, string[] documents, string version)
    {
        string query = ReadQuery(root["query"]);
        int tokens = (int)(root["max_tokens_per_doc"].Integer(1, int.MaxValue, "must be at least 1.") ?? DefaultTokens);
        int top = (int)(root["top_n"].Integer(1, int.MaxValue, "must be at least 1.") ?? int.MaxValue);
        root["priority"].Integer(0, 999, "must be between 0 and 999 inclusive.");
        Check(documents);

        var relevance = new Relevance(model.Name, query);
        var limit = new TextLimit(tokens, "END");
        SentRank[] results = documents
            .Select((document, index) => new SentRank(index, relevance.Score(limit.Cut(document, index, out _))))
            .OrderByDescending(result => result.RelevanceScore)
            .ThenBy(result => result.Index)
            .Take(top)
            .ToArray();
        int units = (documents.Length + DocumentsOfUnit - 1) / DocumentsOfUnit;
        return new SentRanking(id, results, ResponseMeta.Of(version, ("search_units", units)));
    }

    private static string ReadQuery(Field field)
    {
        string query = field.Text() ?? string.Empty;
        return string.IsNullOrWhiteSpace(query)
            ? throw new EmulatorException(400, "invalid request: query must not be empty or be only whitespace")
            : query;
    }

    private static void Check(string[] documents)
    {
        if (documents.Length == 0)
        {
            throw new EmulatorException(400, "invalid request: list of documents must not be empty");
        }

        if (documents.Length > MaxDocuments)
        {
            throw new EmulatorException(
                400,
                FormattableString.Invariant($"invalid request: total number of documents must be at most {MaxDocuments} - received {documents.Length}"));
        }

        for (int i = 0; i < documents.Length; i++)
        {
            if (documents[i].Length == 0)
            {
                throw new EmulatorException(400, FormattableString.Invariant($"invalid request: document at index {i} cannot be empty"));
            }

            RefusalHook.Check(documents[i], i);
        }
    }
}
