using System.Globalization;
using System.Text;
using MimeKit.Text;

namespace CohereShell.Formats;

/// <summary>Writes the text of a web page from its tags, in one pass.</summary>
internal sealed class HtmlText(DocumentReading reading)
{
    private readonly DocumentReading _reading = reading;
    private readonly StringBuilder _line = new();
    private readonly StringBuilder _title = new();
    private readonly Stack<int> _lists = new();
    private SectionCollector _sections = new(reading);
    private DocumentContent? _main;
    private HtmlTagId _skipped = HtmlTagId.Unknown;
    private int _skipDepth;
    private int _mainDepth;
    private int _heading;
    private int _preDepth;
    private int _cellDepth;
    private bool _isTitle;
    private bool _hasTitle;
    private string _marker = string.Empty;

    public void Tag(HtmlTagToken tag)
    {
        if (_skipDepth > 0)
        {
            // Elements of the same name are counted, because they can be nested.
            if (tag.Id == _skipped && !tag.IsEmptyElement)
            {
                _skipDepth += tag.IsEndTag ? -1 : 1;
            }

            return;
        }

        if (tag.IsEndTag)
        {
            End(tag.Id);
        }
        else
        {
            Begin(tag);
        }
    }

    public void Data(string text)
    {
        if (_skipDepth > 0)
        {
            return;
        }

        _reading.AddCharacters(text.Length);
        if (_isTitle)
        {
            _title.Append(text);
            return;
        }

        if (_preDepth > 0 && _cellDepth == 0 && _heading == 0)
        {
            _line.Append(text.Replace("\r", string.Empty));
            return;
        }

        foreach (char character in text)
        {
            // A blank that doesn't break is a blank in text.
            if (character is ' ' or '\t' or '\n' or '\r' or '\f' or '\u00a0')
            {
                if (_line.Length > 0 && _line[_line.Length - 1] is not (' ' or '\n'))
                {
                    _line.Append(' ');
                }
            }
            else if (character is not ('\u00ad' or '\u200b' or '\ufeff'))
            {
                _line.Append(character);
            }
        }
    }

    public DocumentContent Complete()
    {
        EndHeading();
        EndBlock();
        DocumentContent all = CompleteSections();
        // A page that marks its main content has menus around it.
        DocumentContent content = _main is { Parts.Count: > 0 } ? _main : all;
        string title = SectionCollector.OneLine(_title.ToString());
        return content with { Title = title.Length > 0 ? title : content.Title };
    }

    private DocumentContent CompleteSections()
    {
        IReadOnlyList<DocumentPart> parts = _sections.Complete();
        return new DocumentContent(parts) { Title = _sections.Title };
    }

    private void Begin(HtmlTagToken tag)
    {
        switch (tag.Id)
        {
            case var id when IsContainer(id) && IsHidden(tag):
            case HtmlTagId.Script or HtmlTagId.Style or HtmlTagId.NoScript or HtmlTagId.Nav or HtmlTagId.IFrame or HtmlTagId.Object or HtmlTagId.Canvas or HtmlTagId.Select or HtmlTagId.Button or HtmlTagId.TextArea or HtmlTagId.Audio or HtmlTagId.Video when !tag.IsEmptyElement:
                _skipped = tag.Id;
                _skipDepth = 1;
                break;
            case HtmlTagId.Title:
                // An SVG image can have a title too.
                _isTitle = !_hasTitle;
                break;
            case HtmlTagId.Body:
                _isTitle = false;
                break;
            case HtmlTagId.Main when _main is null && _mainDepth++ == 0:
                EndBlock();
                _sections.Complete();
                _sections = new SectionCollector(_reading);
                break;
            case HtmlTagId.H1 or HtmlTagId.H2 or HtmlTagId.H3 or HtmlTagId.H4 or HtmlTagId.H5 or HtmlTagId.H6 when _cellDepth == 0:
                EndHeading();
                EndBlock();
                _heading = LevelOf(tag.Id);
                break;
            case HtmlTagId.Br:
                TrimBlanks();
                _line.Append(_cellDepth > 0 || _heading > 0 ? ' ' : '\n');
                break;
            case HtmlTagId.HR:
                EndBlock();
                break;
            case HtmlTagId.UL or HtmlTagId.OL:
                EndLine();
                _lists.Push(tag.Id == HtmlTagId.OL ? 1 : 0);
                break;
            case HtmlTagId.LI:
                EndLine();
                _marker = Marker();
                break;
            case HtmlTagId.DT or HtmlTagId.DD or HtmlTagId.TR:
                EndLine();
                break;
            case HtmlTagId.TD or HtmlTagId.TH:
                _cellDepth = 1;
                if (_line.Length > 0)
                {
                    TrimBlanks();
                    _line.Append(" | ");
                }

                break;
            case HtmlTagId.Pre:
                EndBlock();
                _preDepth++;
                break;
            case var id when IsBlock(id):
                EndBlock();
                break;
        }
    }

    private void End(HtmlTagId id)
    {
        switch (id)
        {
            case HtmlTagId.Title:
                _isTitle = false;
                _hasTitle = _title.Length > 0;
                break;
            case HtmlTagId.Main when _mainDepth > 0 && --_mainDepth == 0:
                EndHeading();
                EndBlock();
                _main = CompleteSections();
                _sections = new SectionCollector(_reading);
                break;
            case HtmlTagId.H1 or HtmlTagId.H2 or HtmlTagId.H3 or HtmlTagId.H4 or HtmlTagId.H5 or HtmlTagId.H6:
                EndHeading();
                break;
            case HtmlTagId.UL or HtmlTagId.OL:
                EndLine();
                if (_lists.Count > 0)
                {
                    _lists.Pop();
                }

                if (_lists.Count == 0)
                {
                    EndBlock();
                }

                break;
            case HtmlTagId.LI or HtmlTagId.DT or HtmlTagId.DD:
                EndLine();
                break;
            case HtmlTagId.TR:
                _cellDepth = 0;
                EndLine();
                break;
            case HtmlTagId.TD or HtmlTagId.TH:
                _cellDepth = 0;
                break;
            case HtmlTagId.Table:
                _cellDepth = 0;
                EndBlock();
                break;
            case HtmlTagId.Pre:
                EndBlock();
                _preDepth = Math.Max(0, _preDepth - 1);
                break;
            case var block when IsBlock(block):
                EndBlock();
                break;
        }
    }

    private string Marker()
    {
        if (_lists.Count == 0 || _lists.Peek() == 0)
        {
            return Indent() + "- ";
        }

        int number = _lists.Pop();
        _lists.Push(number + 1);
        return Indent() + number.ToString(CultureInfo.InvariantCulture) + ". ";
    }

    // A page can claim any depth.
    private string Indent() => new(' ', 2 * Math.Max(0, Math.Min(_lists.Count, 10) - 1));

    private void EndHeading()
    {
        if (_heading > 0)
        {
            string text = _line.ToString();
            _line.Clear();
            _sections.EndParagraph();
            _sections.BeginSection(_heading, text);
            _heading = 0;
        }
    }

    // The blocks in a cell are in its line.
    private void EndBlock()
    {
        if (_cellDepth > 0 || _heading > 0)
        {
            TrimBlanks();
            _line.Append(_line.Length > 0 ? " " : string.Empty);
            return;
        }

        EndLine();
        _sections.EndParagraph();
    }

    private void EndLine()
    {
        if (_heading > 0)
        {
            return;
        }

        string text = _line.ToString();
        _line.Clear();
        if (!string.IsNullOrWhiteSpace(text))
        {
            _sections.AddLine(_marker + (_preDepth > 0 ? text.Trim('\n').TrimEnd() : text.Trim()));
            _marker = string.Empty;
        }
    }

    private void TrimBlanks()
    {
        while (_line.Length > 0 && _line[_line.Length - 1] == ' ')
        {
            _line.Length--;
        }
    }

    private static int LevelOf(HtmlTagId id) => id switch
    {
        HtmlTagId.H1 => 1,
        HtmlTagId.H2 => 2,
        HtmlTagId.H3 => 3,
        HtmlTagId.H4 => 4,
        HtmlTagId.H5 => 5,
        _ => 6,
    };

    private static bool IsHidden(HtmlTagToken tag)
    {
        foreach (HtmlAttribute attribute in tag.Attributes)
        {
            if (attribute.Id == HtmlAttributeId.Style
                ? attribute.Value is { } style && style.Replace(" ", string.Empty).IndexOf("display:none", StringComparison.OrdinalIgnoreCase) >= 0
                : string.Equals(attribute.Name, "hidden", StringComparison.OrdinalIgnoreCase) && !string.Equals(attribute.Value, "until-found", StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    // The end tag of others, such as a paragraph, can be missing.
    private static bool IsContainer(HtmlTagId id) => id
        is HtmlTagId.Div or HtmlTagId.Span or HtmlTagId.Section or HtmlTagId.Article or HtmlTagId.Aside or HtmlTagId.Header or HtmlTagId.Footer
        or HtmlTagId.UL or HtmlTagId.OL or HtmlTagId.Table or HtmlTagId.Form or HtmlTagId.Details or HtmlTagId.Dialog or HtmlTagId.A;

    private static bool IsBlock(HtmlTagId id) => id
        is HtmlTagId.P or HtmlTagId.Div or HtmlTagId.Section or HtmlTagId.Article or HtmlTagId.Aside or HtmlTagId.Header or HtmlTagId.Footer
        or HtmlTagId.BlockQuote or HtmlTagId.Address or HtmlTagId.Figure or HtmlTagId.FigCaption or HtmlTagId.Table or HtmlTagId.Caption
        or HtmlTagId.Form or HtmlTagId.FieldSet or HtmlTagId.Details or HtmlTagId.Summary or HtmlTagId.Dialog or HtmlTagId.DL or HtmlTagId.Body or HtmlTagId.Center;
}
