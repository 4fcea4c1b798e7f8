namespace CohereShell.Emulation;

/// <summary>Ids of datasets, which consist of the name and a few characters: <c>support-tickets-3x8k2a</c>.</summary>
internal static class DatasetId
{
    private const string Digits = "0123456789abcdefghijklmnopqrstuvwxyz";
    private const int Length = 6;

    internal static string Make(string name, long sequence)
    {
        ulong hash = StableHash.Of(StableHash.Of(name), (ulong)sequence);
        char[] end = new char[Length];
        for (int i = 0; i < end.Length; i++)
        {
            end[i] = Digits[(int)(hash % (ulong)Digits.Length)];
            hash /= (ulong)Digits.Length;
        }

        string begin = new(name.ToLowerInvariant().Select(c => Digits.IndexOf(c) >= 0 ? c : '-').ToArray());
        begin = begin.Trim('-');
        return (begin.Length > 0 ? begin : "dataset") + "-" + new string(end);
    }
}
