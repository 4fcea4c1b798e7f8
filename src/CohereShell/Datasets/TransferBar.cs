using System.Diagnostics;
using System.Globalization;

namespace CohereShell.Datasets;

/// <summary>
/// A progress bar for uploads and downloads. It's updated a few times per second, whatever the number of reports.
/// </summary>
/// <param name="activity">The activity to show.</param>
/// <param name="write">Writes progress. It can be called from any thread.</param>
/// <param name="dataset">The dataset that is downloaded; null for an upload.</param>
internal sealed class TransferBar(string activity, Action<ProgressRecord> write, Dataset? dataset = null) : IProgress<UploadProgress>, IProgress<DatasetExportProgress>
{
    private const int Id = 1719;
    private const double Unit = 1 << 20;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly Stopwatch _elapsed = Stopwatch.StartNew();
    private readonly string _activity = activity;
    private readonly Action<ProgressRecord> _write = write;
    private readonly Dataset? _dataset = dataset;
    private TimeSpan _next = Pause;

    public void Report(UploadProgress value)
    {
        if (IsTime())
        {
            Show(value.BytesSent, value.TotalBytes, FormattableString.Invariant($"{value.BytesSent / Unit:N1} of {value.TotalBytes / Unit:N1} MB"), value.BytesSent);
        }
    }

    public void Report(DatasetExportProgress value)
    {
        if (!IsTime())
        {
            return;
        }

        string megabytes = FormattableString.Invariant($"{value.BytesRead / Unit:N1} MB");
        if (value.RowCount is { } rows)
        {
            Show(rows, _dataset?.RowCount, FormattableString.Invariant($"{rows:N0}{(_dataset?.RowCount is { } all ? FormattableString.Invariant($" of {all:N0}") : string.Empty)} rows, {megabytes}"), value.BytesRead);
        }
        else
        {
            Show(value.BytesRead, _dataset?.TotalBytes, megabytes, value.BytesRead);
        }
    }

    public void Complete()
    {
        if (_next > Pause)
        {
            _write(new ProgressRecord(Id, _activity, "Done") { RecordType = ProgressRecordType.Completed });
        }
    }

    private bool IsTime()
    {
        TimeSpan now = _elapsed.Elapsed;
        bool isTime = now >= _next;
        _next = isTime ? now + Pause : _next;
        return isTime;
    }

    private void Show(long done, long? total, string text, long bytes)
    {
        double seconds = _elapsed.Elapsed.TotalSeconds;
        _write(new ProgressRecord(Id, _activity, string.Format(CultureInfo.InvariantCulture, "{0}, {1:N1} MB a second", text, bytes / Unit / seconds))
        {
            PercentComplete = total is > 0 ? (int)Math.Min(100, done * 100 / total.Value) : -1,
            SecondsRemaining = total is > 0 && done > 0 ? (int)Math.Min(int.MaxValue, Math.Max(0, total.Value - done) * seconds / done) : -1,
        });
    }
}
