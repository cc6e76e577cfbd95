{#- The causes of a break (REPORTS 6.4) in a bookkeeper's words. -#}
{% macro cause_text(code) -%}
    {%- set texts = {
        'R01': 'The same payment is here twice.',
        'R02': 'The repair order is here twice under one number; the payments belong to the other copy.',
        'R03': 'A payment is missing: the source itself says that it took more on this line.',
        'R04': 'The repair order is void, but a payment was left on it.',
        'R05': 'The repair order is void, but an advance was left on it: money held for a dead order.',
        'R06': 'The repair order was reopened after its close and its payment kept the old day.',
        'R07': 'The repair order was reopened and its payment was lost, although the money was taken.',
        'R08': 'The repair order was closed twice and charged to the account twice.',
        'R09': 'The repair order was changed after its close and its payments were not.',
        'R10': 'The payment was taken near midnight and stands on the date of another time zone.',
        'R11': 'The payment was posted after the day on which the repair order closed.',
        'R12': 'The payment carries another date than the day on which it was recorded.',
        'R13': 'The repair order closed with more or less money than it came to.',
        'R14': 'The repair order went to the account, but its charge is missing.',
        'R15': 'The card upcharge stands in the payment or in the repair order, but not in both.',
        'R16': 'An advance was never applied: the repair order was paid in full besides.',
        'R17': 'A refund stands on one side only, or with the wrong sign.',
        'R18': 'Tax or cash was rounded, by a few cents at most.',
        'R19': 'The payment has no repair order, or stands on the wrong one.',
        'R20': 'The total of the repair order has a charge that stands on none of its lines.',
        'R21': 'A payment was refused since its method is in no map.',
        'R22': 'The payment was extracted later than the sale that it pays.',
        'R23': 'Warranty or internal work closed without a receivable.',
        'R24': 'The bank took the payment back, and the customer does not owe it yet: no account was charged.',
        'R25': 'The payment was taken at another shop.',
        'UNEXPLAINED': 'No known cause explains this.',
    } -%}
    case {{ code }}
        {% for name, text in texts.items() -%}
        when '{{ name }}' then '{{ text }}'
        {% endfor -%}
    end
{%- endmacro %}
