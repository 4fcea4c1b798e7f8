using System.Globalization;

namespace CohereShell.Emulation;

/// <summary>Lists models in pages.</summary>
internal sealed class EmulatedListModels : EmulatedOperation
{
    private const int DefaultPageSize = 20;
    private const int MaxPageSize = 1000;
    private const string List = "models";
    private static readonly string[] Endpoints = ["chat", "embed", "classify", "summarize", "rerank", "rate", "generate", "parse"];

    internal override EmulatorResponse Answer(EmulatorRequest request)
    {
        EmulatedModel[] models = Filter(request.Query("endpoint"), QueryValue.Flag(request, "default_only")).ToArray();
        int size = PageSize(request.Query("page_size"));
        int start = PageToken.Start(request.Query("page_token"), List, models.Length);
        int end = Math.Min(models.Length, start + size);
        return EmulatorResponse.Json(
            new SentModelPage(
                models.Skip(start).Take(size).Select(model => model.ToListed()).ToArray(),
                end < models.Length ? PageToken.Make(List, end) : null),
            ModelsJson.Default.SentModelPage);
    }

    private static IEnumerable<EmulatedModel> Filter(string? endpoint, bool defaultOnly)
    {
        if (string.IsNullOrEmpty(endpoint))
        {
            return defaultOnly
                ? throw new EmulatorException(400, "invalid request: default_only is only valid when endpoint is provided.")
                : EmulatedModels.All;
        }

        if (!Endpoints.Contains(endpoint, StringComparer.Ordinal))
        {
            throw new EmulatorException(400, $"invalid request: endpoint '{endpoint}' is not one of {string.Join(", ", Endpoints)}.");
        }

        return EmulatedModels.All.Where(model => defaultOnly
            ? model.DefaultEndpoints.Contains(endpoint, StringComparer.Ordinal)
            : model.Supports(endpoint!));
    }

    private static int PageSize(string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            return DefaultPageSize;
        }

        if (!int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int size))
        {
            throw new EmulatorException(422, $"invalid type: parameter page_size is '{value}' but should be of type integer.");
        }

        return size is >= 1 and <= MaxPageSize
            ? size
            : throw new EmulatorException(400, "invalid request: page_size must be between 1 and 1000 inclusive.");
    }
}
