namespace CohereShell;

/// <summary>
/// A stream of events that keeps its beginning if that can't be an event: some servers send a JSON error or a page instead
/// of a stream. Events start with a name or a comment.
/// </summary>
internal sealed class BeginningStream(Stream inner) : InspectedStream(inner)
{
    private const int MostKept = 1024 * 1024;

    private MemoryStream? _kept;
    private bool _hasBegun;

    /// <summary>The beginning; empty if it looks like events.</summary>
    public ReadOnlyMemory<byte> Text => _kept is null ? default : _kept.GetBuffer().AsMemory(0, (int)_kept.Length);

    protected override int Inspect(Span<byte> buffer, int count)
    {
        Keep(buffer.Slice(0, count));
        return count;
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        if (!_hasBegun)
        {
            ReadOnlySpan<byte> text = bytes.StartsWith("\uFEFF"u8) ? bytes.Slice(3) : bytes;
            int first = 0;
            while (first < text.Length && text[first] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
            {
                first++;
            }

            if (first == text.Length)
            {
                return;
            }

            _hasBegun = true;
            _kept = text[first] is (byte)'{' or (byte)'[' or (byte)'<' or (byte)'"' ? new MemoryStream() : null;
        }

        if (_kept is not null && _kept.Length < MostKept)
        {
            byte[] kept = bytes.Slice(0, (int)Math.Min(bytes.Length, MostKept - _kept.Length)).ToArray();
            _kept.Write(kept, 0, kept.Length);
        }
    }
}
