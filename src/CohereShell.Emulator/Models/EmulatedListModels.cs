using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace CohereShell.Emulation;

/// <summary>The list of models, in pages.</summary>
internal sealed class EmulatedListModels : EmulatedOperation
{
    private const int DefaultPageSize = 20;
    private const int MaxPageSize = 1000;
    private const string List = "models";
    private static readonly string[] Endpoints = ["chat", "embed", "classify", "summarize", "rerank", "rate", "generate"];

    internal override EmulatorResponse Answer(EmulatorRequest request)
    {
        EmulatedModel[] models = Filter(request.Query("endpoint"), IsTrue(request.Query("default_only"))).ToArray();
        int size = PageSize(request.Query("page_size"));
        int start = PageToken.Start(request.Query("page_token"), List, models.Length);
        int end = Math.Min(models.Length, start + size);
        return EmulatorResponse.Json(200, writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("models");
            foreach (EmulatedModel model in models.Skip(start).Take(size))
            {
                model.Write(writer);
            }

            writer.WriteEndArray();
            if (end < models.Length)
            {
                writer.WriteString("next_page_token", PageToken.Make(List, end));
            }

            writer.WriteEndObject();
        });
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

    private static bool IsTrue(string? value) => value switch
    {
        null or "" => false,
        _ when bool.TryParse(value, out bool flag) => flag,
        _ => throw new EmulatorException(422, $"invalid type: parameter default_only is '{value}' but should be of type bool."),
    };

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
