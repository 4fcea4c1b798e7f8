using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using CohereShell.Formats;
using Xunit;
using Xunit.Abstractions;

namespace CohereShell.Tests.Documents;

/// <summary>
/// Each damaged file is documents or one error, in bounded time and memory. The environment variable DOCUMENT_FUZZ sets the
/// number of files of each kind, and DOCUMENT_FUZZ_FIRST the first seed.
/// </summary>
[Collection(MeasuredAlone.Name)]
public sealed class DocumentFuzzTests(ITestOutputHelper output) : IDisposable
{
    private const long MostMegabytes = 1500;

    /// <summary>The time of the processor, because the time of the clock depends on what else the computer does.</summary>
    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(60);

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Damaged_PDF_files_are_documents_or_one_error()
    {
        byte[][] files = [DocumentSamples.Pdf(["Backup", "Backups run at night."], ["Restore"]), DocumentSamples.Pdf(["a"], []), HostilePdf.Plain];
        await FuzzAsync("a.pdf", seed => DocumentMutator.MutatePdf(files[seed % files.Length], seed));
    }

    [Fact]
    public async Task Damaged_Office_documents_are_documents_or_one_error()
    {
        byte[] word = DocumentSamples.Docx(DocumentSamples.Paragraph("Backup", "H1") + DocumentSamples.Paragraph("Nightly.") + "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc></w:tr></w:tbl>");
        byte[] slides = DocumentSamples.Pptx((DocumentSamples.Shape("Plan", "title"), "Notes"), (DocumentSamples.Shape("End"), null));
        await FuzzAsync("a.docx", seed => DocumentMutator.MutateOffice(word, seed));
        await FuzzAsync("a.pptx", seed => DocumentMutator.MutateOffice(slides, seed), part: 5);
    }

    public static TheoryData<string> HostileNames => new(HostilePdf.All.Keys.Concat(HostileOffice.All.Keys));

    [Theory]
    [MemberData(nameof(HostileNames))]
    public async Task Files_made_to_exhaust_a_reader_are_documents_or_one_error(string name)
    {
        byte[] file = (HostilePdf.All.TryGetValue(name, out Func<byte[]>? make) ? make : HostileOffice.All[name])();
        string result = await ReadAsync(HostilePdf.All.ContainsKey(name) ? "a.pdf" : "a.docx", file, name);

        Assert.NotEqual(nameof(ErrorReason.TimedOut), result);
    }

    [Fact]
    public async Task A_file_that_takes_too_long_ends_at_the_deadline_and_its_thread_ends_too()
    {
        CohereException failure = await Assert.ThrowsAsync<CohereException>(() => ReadSlowAsync(TimeSpan.FromMilliseconds(300), default));

        Assert.Equal(ErrorReason.TimedOut, failure.Reason);
        await AssertThreadsEndAsync();
    }

    [Fact]
    public async Task A_reading_ends_at_once_when_it_is_canceled()
    {
        using var ending = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));

        // Without the cancellation, it would take minutes.
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ReadSlowAsync(TimeSpan.FromMinutes(5), ending.Token).WaitAsync(Hang.Limit));
        await AssertThreadsEndAsync();
    }

    // A thousand pages, each of which takes about a tenth of a second.
    private async Task ReadSlowAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        string path = Path.Combine(_folder, "slow.pdf");
        await File.WriteAllBytesAsync(path, HostilePdf.Slow, CancellationToken.None);
        await new DocumentFiles(() => new DocumentLibrary()) { Timeout = timeout }.ReadAsync(path, null, cancellationToken);
    }

    private static async Task AssertThreadsEndAsync()
    {
        var waited = Stopwatch.StartNew();
        while (waited.Elapsed < Hang.Limit && DocumentWorker.Running > 0)
        {
            await Task.Delay(50);
        }

        Assert.Equal(0, DocumentWorker.Running);
    }

    private async Task FuzzAsync(string name, Func<int, byte[]> make, int part = 1)
    {
        int count = Number("DOCUMENT_FUZZ", 500) / part;
        int first = Number("DOCUMENT_FUZZ_FIRST", 0);
        var results = new Dictionary<string, int>();
        for (int seed = first; seed < first + count; seed++)
        {
            string result = await ReadAsync(name, make(seed), FormattableString.Invariant($"seed {seed}"));
            results[result] = results.GetValueOrDefault(result) + 1;
        }

        output.WriteLine($"{name}: {string.Join(", ", results.OrderByDescending(pair => pair.Value).Select(pair => $"{pair.Key} {pair.Value}"))}");
    }

    private async Task<string> ReadAsync(string name, byte[] file, string about)
    {
        string path = Path.Combine(_folder, name);
        await File.WriteAllBytesAsync(path, file);
        using var process = Process.GetCurrentProcess();
        TimeSpan before = process.TotalProcessorTime;
        string result;
        try
        {
            DocumentFile read = await new DocumentFiles(() => new DocumentLibrary()) { Timeout = TimeSpan.FromHours(1) }.ReadAsync(path);
            result = read.Documents.Count > 0 ? "documents" : read.NoText!.Reason.ToString();
        }
        catch (CohereException exception)
        {
            Assert.Contains(name, exception.Message);
            result = exception.Reason.ToString();
        }

        process.Refresh();
        TimeSpan used = process.TotalProcessorTime - before;
        Assert.True(used < MostTime, $"{about}: {used}");
        long megabytes = Process.GetCurrentProcess().WorkingSet64 / 1048576;
        if (megabytes >= MostMegabytes)
        {
            // The file that the test made, and the results of earlier ones.
            GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            megabytes = Process.GetCurrentProcess().WorkingSet64 / 1048576;
        }

        Assert.True(megabytes < MostMegabytes, $"{about}: {megabytes} MB");
        if (used > TimeSpan.FromSeconds(2))
        {
            output.WriteLine($"{about}: {result}, {used.TotalSeconds:0.0} s, {megabytes} MB");
        }

        return result;
    }

    private static int Number(string variable, int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : usual;
}
