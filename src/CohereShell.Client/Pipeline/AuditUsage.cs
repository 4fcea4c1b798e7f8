namespace CohereShell;

/// <summary>Reads the usage from the lines of an audit file, one after another.</summary>
internal sealed class AuditUsage(Action<UsageLine> add)
{
    /// <summary>No line that a session writes comes close to it.</summary>
    private const int LongestLine = 1024 * 1024;

    private readonly Action<UsageLine> _add = add;

    /// <summary>The number of lines that can't be read.</summary>
    public long DamagedLines { get; private set; }

    /// <summary>Reads a file, which other processes can write at the same time.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public void Read(string path, CancellationToken cancellationToken)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1);
        var lines = new LineReader(stream);
        while (TryRead(lines, out ReadOnlySpan<byte> line))
        {
            cancellationToken.ThrowIfCancellationRequested();
            line = Trim(line, isFirst: lines.LineNumber == 1);
            if (line.Length > LongestLine)
            {
                DamagedLines++;
            }
            else if (line.Length > 0)
            {
                Add(line);
            }
        }
    }

    private bool TryRead(LineReader lines, out ReadOnlySpan<byte> line)
    {
        while (true)
        {
            try
            {
                return lines.TryRead(out line);
            }
            catch (LineTooLongException)
            {
                DamagedLines++;
            }
        }
    }

    private void Add(ReadOnlySpan<byte> line)
    {
        UsageLine? call;
        try
        {
            var entry = Entry.Parse(line);
            // A denied call wasn't sent. A tool runs on this computer; the calls of its chat have their own lines.
            call = entry.IsTool || entry.WasNotSent ? null : entry.ToLine();
        }
        catch (Exception exception) when (exception is JsonException or FormatException or InvalidOperationException)
        {
            DamagedLines++;
            return;
        }

        if (call is not null)
        {
            _add(call);
        }
    }

    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> line, bool isFirst)
    {
        ReadOnlySpan<byte> mark = [0xEF, 0xBB, 0xBF];
        line = isFirst && line.StartsWith(mark) ? line.Slice(mark.Length) : line;
        int start = 0;
        while (start < line.Length && IsBlank(line[start]))
        {
            start++;
        }

        int end = line.Length;
        while (end > start && IsBlank(line[end - 1]))
        {
            end--;
        }

        return line.Slice(start, end - start);

        static bool IsBlank(byte value) => value is (byte)' ' or (byte)'\t' or (byte)'\r' or 0;
    }

    private sealed class Entry
    {
        private readonly Dictionary<string, decimal> _numbers = new(StringComparer.Ordinal);
        private readonly Dictionary<string, string?> _texts = new(StringComparer.Ordinal);

        public bool IsTool => _texts.ContainsKey("tool");

        public bool WasNotSent => Text("outcome") is "Denied" or nameof(ErrorReason.BudgetExceeded) or nameof(ErrorReason.PriceUnknown);

        public static Entry Parse(ReadOnlySpan<byte> line)
        {
            var entry = new Entry();
            var reader = new Utf8JsonReader(line);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                throw new FormatException();
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                string name = reader.GetString()!;
                reader.Read();
                switch (reader.TokenType)
                {
                    case JsonTokenType.String:
                        entry._texts[name] = reader.GetString();
                        break;
                    case JsonTokenType.Number:
                        entry._numbers[name] = reader.GetDecimal();
                        break;
                    default:
                        reader.Skip();
                        break;
                }
            }

            // Text after the object is an error too.
            while (reader.Read())
            {
            }

            return entry.Text("operation") is null ? throw new FormatException() : entry;
        }

        public UsageLine ToLine()
        {
            string outcome = Text("outcome") ?? string.Empty;
            return new UsageLine(Text("operation")!, Text("model"))
            {
                Time = DateTimeOffset.Parse(Text("time") ?? throw new FormatException(), System.Globalization.CultureInfo.InvariantCulture),
                Method = Text("method"),
                ClientName = Text("client"),
                User = Text("user"),
                Computer = Text("computer"),
                Session = Text("session"),
                FailedCalls = outcome is "Success" or "Begun" or "Cancelled" ? 0 : 1,
                Retries = Math.Max(0, Number("attempts") - 1),
                IsUnfinished = outcome is "Begun" or "Cancelled",
                Usage = new Usage
                {
                    InputTokens = Number("inputTokens"),
                    OutputTokens = Number("outputTokens"),
                    BilledInputTokens = Number("billedInputTokens"),
                    BilledOutputTokens = Number("billedOutputTokens"),
                    BilledSearchUnits = Fraction("billedSearchUnits"),
                    BilledClassifications = Number("billedClassifications"),
                    BilledImages = Number("billedImages"),
                    BilledImageTokens = Number("billedImageTokens"),
                    BilledPages = Number("billedPages"),
                },
            };
        }

        private string? Text(string name) => _texts.TryGetValue(name, out string? text) ? text : null;

        private decimal Fraction(string name) => _numbers.TryGetValue(name, out decimal number) ? number : 0;

        private long Number(string name) =>
            Fraction(name) is var number && number >= long.MinValue && number <= long.MaxValue ? (long)number : throw new FormatException();
    }
}
