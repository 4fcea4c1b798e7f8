namespace CohereShell;

/// <summary>
/// Divides the cost of a call among its inputs, because the API reports one cost for all of them. The shares of a field
/// always add up to its value.
/// </summary>
internal static class UsageShares
{
    // Enough for a search unit among thousands of documents, and short on the screen.
    private const int Decimals = 6;

    /// <summary>Divides a cost into equal shares.</summary>
    public static IReadOnlyList<Usage> Equal(Usage usage, int count) => ByWeight(usage, Enumerable.Repeat(1, count).ToArray());

    /// <summary>Divides a cost in proportion to weights, such as the lengths of texts. At least one of them isn't 0.</summary>
    public static IReadOnlyList<Usage> ByWeight(Usage usage, IReadOnlyList<int> weights)
    {
        long total = weights.Sum(weight => (long)weight);
        var shares = new Usage[weights.Count];
        // The cost of the inputs so far, rounded. A share is the difference between two of them, so nothing is lost.
        Usage before = Usage.None;
        long sum = 0;
        for (int index = 0; index < shares.Length; index++)
        {
            sum += weights[index];
            Usage after = Part(usage, (decimal)sum / total);
            shares[index] = after.Combine(before, (one, two) => one - two, (one, two) => one - two);
            before = after;
        }

        return shares;
    }

    private static Usage Part(Usage usage, decimal part) => part == 1
        ? usage
        : usage.Combine(Usage.None, (count, _) => (long)decimal.Truncate(count * part), (count, _) => Math.Round(count * part, Decimals));
}
