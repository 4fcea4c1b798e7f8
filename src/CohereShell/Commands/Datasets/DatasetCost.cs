using System.Globalization;
using CohereShell.Pipeline;

namespace CohereShell.Commands;

/// <summary>What a job can cost, in words for -WhatIf and -Confirm.</summary>
internal static class DatasetCost
{
    private const string Unknown = "the cost depends on the dataset";

    /// <summary>
    /// The inputs, tokens and cost of a job for a dataset of the service. Its size is read only if the user is told:
    /// reading costs nothing, but it's a call.
    /// </summary>
    public static string Of(CohereBodyCommand command, string id, string? model)
    {
        if (!command.IsWhatIf && !command.IsConfirmRequested)
        {
            return Unknown;
        }

        try
        {
            Task<Dataset> Read(RequestOptions options, CancellationToken token) => command.Client.Datasets.GetAsync(id, options, token);
            if (command.IsAllowed(Read) && command.Run(token => Read(command.OptionsWithoutBody, token)) is { RowCount: { } rows, TotalBytes: { } bytes })
            {
                return string.Format(CultureInfo.InvariantCulture, "{0:N0} {1} ({2:N0} bytes), {3}", rows, rows == 1 ? "input" : "inputs", bytes, Of(command, bytes, model));
            }
        }
        catch (CohereException)
        {
            // The job itself tells what is wrong, for example that the dataset doesn't exist.
        }

        return Unknown;
    }

    /// <summary>The tokens and cost of rows with a size in bytes.</summary>
    public static string Of(CohereApiCommand command, long bytes, string? model)
    {
        // A token has about four bytes of English text. The rows have other text too, so the estimate is high.
        long tokens = (bytes + 2) / 3;
        PriceList prices = command.CurrentSession.Prices ?? PriceList.Default;
        decimal? cost = prices.CostOf(model, new Usage { BilledInputTokens = tokens }, 0);
        string money = cost is { } amount ? $"{CallPlan.Dollars(amount)} US dollars for the input at the price of single calls" : "cost not known";
        return string.Format(CultureInfo.InvariantCulture, "about {0:N0} input {1}, {2}", tokens, tokens == 1 ? "token" : "tokens", money);
    }
}
