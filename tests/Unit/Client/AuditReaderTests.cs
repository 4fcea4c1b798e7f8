using System;
using System.IO;
using System.Linq;
using System.Text;
using Xunit;

namespace CohereShell.Tests;

[Collection(MeasuredAlone.Name)]
public sealed class AuditReaderTests
{
    private const string Good = """{"time":"2026-03-05T10:14:00Z","operation":"Chat","outcome":"Success"}""";

    [Fact]
    public void Every_operation_with_a_cmdlet_has_a_sentence() =>
        Assert.Empty(Operations.All.Where(operation => operation.Group != "Legacy").Select(operation => operation.Name).Except(AuditText.KnownOperations));

    [Fact]
    public void A_line_that_was_replaced_between_two_reads_is_read_again()
    {
        // The buffer ends inside the second line. It is replaced before its second half is read.
        string padding = new(' ', (128 * 1024) - Good.Length - 21);
        string before = Good + padding + "\n" + """{"time":"2026-03-05T10:14:00Z","operation":"Embed","outcome":"Begun"}""" + "                    \n";
        string after = Good + padding + "\n" + """{"time":"2026-03-05T10:14:00Z","model":"embed-v4.0","operation":"Embed","outcome":"Success"}""" + "\n";
        using var reader = new AuditReader("x", new ReplacedStream(before, after));

        AuditEntry[] entries = reader.ReadAll().ToArray();

        Assert.Equal(["Success", "Success"], entries.Select(entry => entry.Outcome));
        Assert.Equal([1, 2], entries.Select(entry => entry.LineNumber));
        Assert.Equal(0, reader.DamagedLines);
    }

    [Fact]
    public void A_large_file_is_not_loaded()
    {
        using var reader = new AuditReader("x", new EndlessStream(Encoding.UTF8.GetBytes(Good + "\n"), 2_000_000));
        long before = GC.GetTotalMemory(forceFullCollection: true);

        int count = reader.ReadAll().Take(200_000).Count();

        Assert.Equal(200_000, count);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 8_000_000);
    }

    [Fact]
    public void A_mark_at_the_start_and_blank_lines_are_not_damaged()
    {
        using var reader = new AuditReader("x", new MemoryStream(Encoding.UTF8.GetBytes("\uFEFF" + Good + "   \r\n\n  \n" + Good)));

        Assert.Equal([1L, 4L], reader.ReadAll().Select(entry => entry.LineNumber));
        Assert.Equal(0, reader.DamagedLines);
    }

    [Fact]
    public void A_negative_number_does_not_reduce_a_sum()
    {
        string line = Good.Replace("}", ""","inputTokens":-5,"billedInputTokens":-1000000,"billedOutputTokens":-1e18,"billedSearchUnits":-0.5,"billedPages":3}""", StringComparison.Ordinal);
        using var reader = new AuditReader("x", new MemoryStream(Encoding.UTF8.GetBytes(line)));

        Usage usage = Assert.Single(reader.ReadAll()).Usage;

        Assert.Equal((0L, 0L, 0L, 0m, 3L), (usage.InputTokens, usage.BilledInputTokens, usage.BilledOutputTokens, usage.BilledSearchUnits, usage.BilledPages));
    }

    /// <summary>Its content changes after the first read.</summary>
    private sealed class ReplacedStream(string before, string after) : MemoryStream(Encoding.UTF8.GetBytes(after))
    {
        private readonly byte[] _before = Encoding.UTF8.GetBytes(before);
        private bool _isReplaced;

        public override int Read(byte[] buffer, int offset, int count)
        {
            if (_isReplaced)
            {
                return base.Read(buffer, offset, count);
            }

            _isReplaced = true;
            int length = Math.Min(count, _before.Length);
            Array.Copy(_before, 0, buffer, offset, length);
            Position = length;
            return length;
        }
    }

    private sealed class EndlessStream(byte[] line, int lines) : MemoryStream
    {
        private readonly byte[] _line = line;
        private long _left = (long)line.Length * lines;
        private int _at;

        public override int Read(byte[] buffer, int offset, int count)
        {
            int length = (int)Math.Min(count, _left);
            for (int index = 0; index < length; index++)
            {
                buffer[offset + index] = _line[_at++ % _line.Length];
                _at %= _line.Length;
            }

            _left -= length;
            return length;
        }
    }
}
